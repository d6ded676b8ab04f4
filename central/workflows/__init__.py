"""One function per act that a person, a node or a worker can do."""
