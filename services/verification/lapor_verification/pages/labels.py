"""The words of the pages for what the code names."""

from lapor_contracts.vocabulary import ArchiveReason, Channel, Kind, Missing, Personal
from lapor_verification.domain.canned import Purpose
from lapor_verification.domain.case import State
from lapor_verification.domain.finding import Check

STATES = {
    State.WAITING: ("Menunggu verifikasi", "Waiting"),
    State.RETURNED: ("Menunggu kelengkapan", "Returned"),
    State.VERIFIED: ("Terverifikasi", "Verified"),
    State.ARCHIVE_PROPOSED: ("Menunggu persetujuan arsip", "Archiving to be agreed"),
    State.ARCHIVED: ("Diarsipkan", "Archived"),
    State.APPEALED: ("Diajukan keberatan", "Appealed"),
    State.MERGED: ("Digabung", "Merged"),
    State.WITHDRAWN: ("Ditarik pelapor", "Withdrawn by its reporter"),
    State.REFERRED: ("Dialihkan ke Ombudsman", "Referred to the Ombudsman"),
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

CHECKS = {
    Check.COMPLETENESS: ("Kelengkapan", "Completeness"),
    Check.CLARITY: ("Kejelasan", "Clarity"),
    Check.SPAM: ("Spam dan gurauan", "Spam and jokes"),
    Check.HATE_SPEECH: ("Ujaran kebencian (SARA)", "Hate speech"),
    Check.SCOPE: ("Di luar cakupan", "Out of scope"),
    Check.KIND: ("Jenis lain", "Another kind"),
    Check.CATEGORY: ("Saran kategori", "Suggested category"),
    Check.SENSITIVITY: ("Sensitif", "Sensitive"),
    Check.URGENCY: ("Mendesak", "Urgent"),
    Check.SUPERVISION: ("Kadar pengawasan", "Supervision"),
    Check.REPEAT: ("Laporan berulang", "Repeats"),
}

CHANNELS = {
    Channel.WEB: "Web",
    Channel.APP: "Aplikasi (app)",
    Channel.SMS: "SMS",
    Channel.X: "X",
    Channel.FACEBOOK: "Facebook",
    Channel.INSTAGRAM: "Instagram",
    Channel.WHATSAPP: "WhatsApp",
    Channel.EMAIL: "Surel (e-mail)",
    Channel.COUNTER: "Loket (counter)",
    Channel.BOX: "Kotak aduan (box)",
    Channel.LETTER: "Surat (letter)",
    Channel.TELEPHONE: "Telepon (telephone)",
    Channel.FAX: "Faks (fax)",
    Channel.OPEN311: "Open311",
    Channel.PARTNER: "Sistem mitra (partner)",
}

ACTIONS = {
    "verifikasi": ("Verifikasi", "Verify"),
    "kembalikan": ("Kembalikan untuk dilengkapi", "Return for completion"),
    "arsipkan": ("Arsipkan", "Archive"),
    "gabung": ("Gabungkan", "Merge"),
}

PURPOSES = {
    Purpose.RETURN: ("Mengembalikan", "Returning"),
    Purpose.ARCHIVE: ("Mengarsipkan", "Archiving"),
    Purpose.EDIT: ("Menyunting teks publik", "Editing the public text"),
    Purpose.APPEAL: ("Memutus keberatan", "Deciding appeals"),
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
