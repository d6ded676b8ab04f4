"""The REST API `/api/v1/` for SIAK and the city's systems."""
