"""The API of notification."""

from lapor_notification.http import notices, templates

__all__ = ["notices", "templates"]
