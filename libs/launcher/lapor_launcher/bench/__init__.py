"""How fast, measured on real servers and real processes."""
