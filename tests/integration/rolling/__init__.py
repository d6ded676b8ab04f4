"""The centre's processes replaced by those of the next release while counters send."""
