"""What the services say to each other: the envelope, the events, the words."""
