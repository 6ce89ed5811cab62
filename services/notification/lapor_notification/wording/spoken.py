"""Words of the wire as people say them: Indonesian, English."""

from lapor_contracts.vocabulary import ArchiveReason, Command, Missing, Status

SPOKEN: dict[str, tuple[str, str]] = {
    Missing.WHAT: ("uraian", "what happened"),
    Missing.WHERE: ("lokasi", "where it happened"),
    Missing.WHEN: ("tanggal", "when it happened"),
    ArchiveReason.NOT_CLEAR: ("isi laporan tidak jelas", "the report is not clear"),
    ArchiveReason.TOO_GENERAL: ("laporan terlalu umum", "the report is too general"),
    ArchiveReason.NOT_PUBLIC_SERVICE: ("bukan pelayanan publik", "it is not about a public service"),
    ArchiveReason.NO_EVIDENCE: ("tidak ada bukti pendukung", "there is no supporting evidence"),
    ArchiveReason.HATE_SPEECH: ("memuat ujaran kebencian", "it contains hate speech"),
    ArchiveReason.SPAM: ("terdeteksi sebagai spam", "it looks like spam"),
    ArchiveReason.WRONG_FORMAT: ("format tidak sesuai", "it is not in the right form"),
    ArchiveReason.EXPIRED_INCOMPLETE: ("tidak dilengkapi pada waktunya", "it was not completed in time"),
    ArchiveReason.REPORTERS_WISH: ("atas permintaan pelapor", "the reporter wished so"),
    ArchiveReason.OUT_OF_SCOPE: ("di luar cakupan LAPOR!", "it is outside the scope of LAPOR!"),
    Status.RECEIVED: ("menunggu verifikasi", "waiting to be verified"),
    Status.INCOMPLETE: ("menunggu kelengkapan Anda", "waiting for you to complete it"),
    Status.VERIFIED: ("menunggu penetapan instansi", "waiting for an agency"),
    Status.ROUTED: ("diteruskan ke instansi", "with the agency"),
    Status.IN_PROGRESS: ("ditindaklanjuti", "being dealt with"),
    Status.REPORTER_REPLIED: ("menunggu jawaban instansi", "waiting for the agency's answer"),
    Status.CLOSED: ("selesai", "closed"),
    Status.REOPENED: ("dibuka kembali", "reopened"),
    Status.ARCHIVED: ("diarsipkan", "archived"),
    Status.MERGED: ("digabung dengan laporan lain", "merged with another report"),
    Status.REFERRED: ("dialihkan ke Ombudsman", "referred to the Ombudsman"),
    # What was, or cannot be, done with a report.
    Command.STATUS: ("dilihat", "be looked at"),
    Command.REPLY: ("dibalas", "be replied to"),
    Command.CLOSE: ("ditutup", "be closed"),
    Command.REOPEN: ("dibuka kembali", "be opened again"),
    Command.RATE: ("dinilai", "be rated"),
    Command.WITHDRAW: ("ditarik", "be withdrawn"),
    Command.REFER: ("ke Ombudsman", "go to the Ombudsman"),
}
