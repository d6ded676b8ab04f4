"""Lines from the centre to other systems: HTTP, e-mail, and when to leave them alone."""
