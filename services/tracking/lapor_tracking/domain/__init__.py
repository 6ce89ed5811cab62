"""What tracking decides, pure: where a report stands, which clocks run, what the public may see."""
