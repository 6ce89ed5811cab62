"""What staff see of notification."""

from lapor_notification.pages import own, templates

__all__ = ["own", "templates"]
