"""What this service does when it hears something: it keeps a sealed contact, or plans notices. It sends nothing."""

from lapor_notification.handlers.telling import answer_command, answer_message, forget_contact, keep_contact, tell

__all__ = ["answer_command", "answer_message", "forget_contact", "keep_contact", "tell"]
