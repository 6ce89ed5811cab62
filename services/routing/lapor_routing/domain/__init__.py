"""Who is competent, and why. Pure: no clock, no database, no broker."""
