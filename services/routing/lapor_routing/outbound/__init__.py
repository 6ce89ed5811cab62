"""Bodies' own systems: how each is reached, what is due to it, and what it answers."""
