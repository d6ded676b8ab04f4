"""The centre on a primary and its standbys, and what becomes of what was acknowledged."""
