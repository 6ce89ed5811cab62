"""The words of the pages for what the code names."""

from lapor_contracts.vocabulary import ArchiveReason, Kind, Missing, Personal
from lapor_verification.domain.case import State

STATES = {
    State.WAITING: ("Menunggu verifikasi", "Waiting"),
    State.RETURNED: ("Menunggu kelengkapan", "Returned"),
    State.VERIFIED: ("Terverifikasi", "Verified"),
    State.ARCHIVE_PROPOSED: ("Menunggu persetujuan arsip", "Archiving to be agreed"),
    State.ARCHIVED: ("Diarsipkan", "Archived"),
    State.APPEALED: ("Diajukan keberatan", "Appealed"),
    State.MERGED: ("Digabung", "Merged"),
}

KINDS = {
    Kind.COMPLAINT: ("Pengaduan", "Complaint"),
    Kind.ASPIRATION: ("Aspirasi", "Aspiration"),
    Kind.INFORMATION_REQUEST: ("Permintaan informasi", "Information request"),
}

MISSING = {
    Missing.WHAT: ("Apa yang terjadi", "What happened"),
    Missing.WHERE: ("Di mana, atau instansi mana", "Where, or which agency"),
    Missing.WHEN: ("Kapan", "When"),
}

ARCHIVE_REASONS = {
    ArchiveReason.NOT_CLEAR: "Isi tidak jelas (not clear)",
    ArchiveReason.TOO_GENERAL: "Terlalu umum (too general)",
    ArchiveReason.NOT_PUBLIC_SERVICE: "Bukan tentang pelayanan publik (not a public service)",
    ArchiveReason.NO_EVIDENCE: "Tanpa bukti pendukung (no supporting evidence)",
    ArchiveReason.HATE_SPEECH: "Mengandung ujaran kebencian/SARA (hate speech)",
    ArchiveReason.SPAM: "Spam atau iklan (spam)",
    ArchiveReason.WRONG_FORMAT: "Format tidak sesuai (wrong format)",
    ArchiveReason.EXPIRED_INCOMPLETE: "Tidak dilengkapi sampai batas waktu (not completed in time)",
    ArchiveReason.REPORTERS_WISH: "Atas permintaan pelapor (at the reporter's wish)",
    ArchiveReason.OUT_OF_SCOPE: "Di luar cakupan (out of scope)",
}

PERSONAL = {
    Personal.NAME: ("Nama", "Name"),
    Personal.PLATE: ("Pelat nomor", "Plate"),
    Personal.PHONE: ("Nomor telepon", "Telephone number"),
    Personal.EMAIL: ("Surel", "E-mail address"),
    Personal.NIK: ("NIK", "Identity number"),
    Personal.FAMILY_CARD: ("Nomor KK", "Family card"),
    Personal.TAX_NUMBER: ("NPWP", "Tax number"),
    Personal.BANK_ACCOUNT: ("Nomor rekening", "Bank account"),
}
