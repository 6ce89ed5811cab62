"""Real servers for the tests, started once, and only when a test asks for one."""
