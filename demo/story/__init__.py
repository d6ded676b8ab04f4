"""The story of an outage that `make demo-check` plays, a module per part."""
