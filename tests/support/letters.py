"""E-mails with everything that does not matter filled in."""

from email.message import EmailMessage


def mail(text: str = "Jalan di depan Pasar Rengat rusak sejak 3 Mei.", **headers: str) -> bytes:
    """An e-mail as most programs write it."""
    message = EmailMessage()
    given = {
        "From": "Siti Rahayu <Siti@Warga.example>",
        "To": "lapor@lapor.example",
        "Subject": "Jalan rusak",
        "Message-ID": "<1@warga.example>",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    for name, value in given.items():
        message[name] = value
    message.set_content(text)
    return message.as_bytes()
