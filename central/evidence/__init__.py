"""What an auditor takes along, and the check of it: no database, no keys, no network."""
