"""What staff see of notification."""

from lapor_notification.pages import templates

__all__ = ["templates"]
