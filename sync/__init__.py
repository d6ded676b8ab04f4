"""The sync engine: changes, clocks, merge, bundles, exchange, carriers.

It knows no web framework, no database and no KTP. Everything is pure but the carriers.
"""
