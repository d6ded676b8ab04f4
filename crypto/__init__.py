"""Keys, sealing, signing and blind indexes: built on `cryptography` alone.

Nothing here does I/O but `keyfile`; nothing here knows what it protects.
"""
