"""Words that the pages say: Indonesian, English."""

from lapor_notification.domain import Purpose
from lapor_notification.domain.digests import Wants

PURPOSES = {
    Purpose.STATE: ("keadaan laporan", "how the report stands"),
    Purpose.REQUEST: ("keadaan dan permintaan", "how it stands, and a request"),
    Purpose.APART: ("pengingat atau hak", "a reminder or a right"),
    Purpose.RECEIPT: ("jawaban langsung", "an answer at once"),
}
LABELS = {
    "sms": ("SMS", "SMS"),
    "sms_english": ("SMS dalam bahasa Inggris", "SMS in English"),
    "chat": ("Pesan obrolan (kosong: seperti SMS)", "Chat (empty: as the SMS)"),
    "subject": ("Judul surel", "Subject of the e-mail"),
    "indonesian": ("Isi surel", "E-mail in Indonesian"),
    "english": ("Isi surel dalam bahasa Inggris", "E-mail in English"),
    "link": ("Tautan di surel (kosong: halaman laporan)", "Link in the e-mail (empty: the report's page)"),
}
WANTS = {
    Wants.DIGEST: ("Ringkasan setiap hari kerja pukul 07.00", "A digest each working day at 7"),
    Wants.AT_ONCE: ("Ringkasan, dan segera bila ada yang terlambat", "A digest, and at once what comes to me late"),
    Wants.NONE: ("Tidak usah", "Nothing"),
}
ZONES = [("Asia/Jakarta", "WIB"), ("Asia/Makassar", "WITA"), ("Asia/Jayapura", "WIT")]
