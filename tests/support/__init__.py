"""What several tests need: servers, builders, a stage for one service."""
