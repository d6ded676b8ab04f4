"""A Django app of one syncable table, to measure Morango with."""
