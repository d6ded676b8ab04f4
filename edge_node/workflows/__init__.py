"""One function per act that a person, or the scheduler, can do."""
