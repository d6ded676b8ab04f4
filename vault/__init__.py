"""The sealed store both servers share: log, keys, folded view, search, scans, accounts.

All SQL of both servers is here and in their own `store/`. SQLite and PostgreSQL behave alike; one
contract test class runs over both.
"""
