"""Intake's tests."""
