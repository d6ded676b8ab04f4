"""What a user would pick instead, run beside Loket over the same records (`make bench-peers`)."""
