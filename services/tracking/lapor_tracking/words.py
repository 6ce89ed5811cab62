"""What is shown in plain words, in Indonesian and in English."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from lapor_contracts.vocabulary import AnswerType, ArchiveReason, Channel, Clock, ClosedBy, Kind, Status
from lapor_tracking.domain.acts import Act
from lapor_tracking.domain.audiences import Audience
from lapor_tracking.domain.steps import StepType


class Words(NamedTuple):
    """The same in both languages."""

    id: str
    en: str


STATUSES: Mapping[Status, Words] = {
    Status.RECEIVED: Words("Diterima, menunggu verifikasi", "Received, waiting to be verified"),
    Status.INCOMPLETE: Words("Menunggu kelengkapan dari pelapor", "Waiting for the reporter to complete it"),
    Status.VERIFIED: Words("Terverifikasi, menunggu penetapan instansi", "Verified, waiting for an agency"),
    Status.ROUTED: Words("Diteruskan ke instansi", "Passed to an agency"),
    Status.IN_PROGRESS: Words("Ditindaklanjuti instansi", "The agency is dealing with it"),
    Status.REPORTER_REPLIED: Words("Ditanggapi pelapor", "The reporter has replied"),
    Status.CLOSED: Words("Selesai", "Closed"),
    Status.REOPENED: Words("Dibuka kembali atas permintaan pelapor", "Reopened as the reporter asked"),
    Status.ARCHIVED: Words("Diarsipkan", "Archived"),
    Status.MERGED: Words("Digabung dengan laporan lain", "Merged with another report"),
    Status.REFERRED: Words("Dialihkan ke Ombudsman", "Referred to the Ombudsman"),
}
STEPS: Mapping[StepType, Words] = {
    StepType.RECEIVED: Words("Laporan diterima", "Report received"),
    StepType.SUPPLEMENTED: Words("Ditambah oleh pelapor", "Added to by the reporter"),
    StepType.RETURNED: Words("Pelapor diminta melengkapi laporan", "The reporter is asked for more"),
    StepType.VERIFIED: Words("Laporan terverifikasi", "Report verified"),
    StepType.RECALLED: Words("Verifikasi ditarik untuk diperiksa lagi", "Recalled to be verified again"),
    StepType.MERGED: Words("Digabung dengan laporan yang sama", "Merged with a report of the same matter"),
    StepType.SPLIT: Words("Dipisahkan lagi, ditangani sendiri", "Split off, handled by itself again"),
    StepType.ARCHIVED: Words("Laporan diarsipkan", "Report archived"),
    StepType.APPEALED: Words("Pelapor mengajukan keberatan", "The reporter appealed"),
    StepType.APPEAL_GRANTED: Words("Keberatan diterima", "Appeal granted"),
    StepType.APPEAL_UPHELD: Words("Keberatan ditolak, tetap diarsipkan", "Appeal not granted, still archived"),
    StepType.REFUSED: Words("Bukan wewenang instansi ini, dialihkan", "Not this agency's responsibility, passed on"),
    StepType.UNROUTABLE: Words("Koordinator mencari instansi yang berwenang", "A coordinator looks for the agency"),
    StepType.ROUTED: Words("Diteruskan ke instansi", "Passed to an agency"),
    StepType.CO_OWNER_ADDED: Words("Instansi lain ikut menangani", "Another agency must act too"),
    StepType.CO_OWNER_RELEASED: Words("Instansi ini tidak lagi ikut menangani", "This agency no longer takes part"),
    StepType.COPY_SENT: Words("Tembusan dikirim", "Copy sent"),
    StepType.EXTENDED: Words("Waktu penyelesaian diperpanjang", "More time to resolve it"),
    StepType.INITIAL_ANSWER: Words("Tanggapan awal instansi", "First answer of the agency"),
    StepType.QUESTION: Words("Instansi bertanya kepada pelapor", "The agency asks the reporter"),
    StepType.SUBSTANTIVE_ANSWER: Words("Jawaban instansi", "Answer of the agency"),
    StepType.REPLIED: Words("Pelapor menanggapi", "The reporter replied"),
    StepType.RATED: Words("Pelapor memberi nilai", "The reporter gave a rating"),
    StepType.CLOSED: Words("Laporan ditutup", "Report closed"),
    StepType.REOPENED: Words("Dibuka kembali oleh pelapor", "Reopened by the reporter"),
    StepType.WITHDRAWN: Words(
        "Ditarik oleh pelapor, diarsipkan atas permintaannya", "Withdrawn, and archived as its reporter wished"
    ),
    StepType.REFERRAL_OFFERED: Words(
        "Pelapor ditanya apakah Ombudsman mengambil alih", "The reporter is asked whether the Ombudsman takes over"
    ),
    StepType.REFERRED: Words("Dialihkan ke Ombudsman", "Referred to the Ombudsman"),
    StepType.OUTCOME_ASKED: Words("Pelapor ditanya apakah hasilnya bertahan", "The reporter is asked whether it holds"),
    StepType.OUTCOME_REPORTED: Words(
        "Pelapor menyampaikan apakah hasilnya bertahan", "The reporter said whether it holds"
    ),
    StepType.CONTACT_PAUSED: Words(
        "Alamat pelapor tidak menerima pesan kami", "An address of the reporter takes no messages from us"
    ),
    StepType.NOTICE_FAILED: Words("Pemberitahuan gagal terkirim", "A notice could not be delivered"),
    StepType.REDACTED: Words("Bagian yang disembunyikan diperiksa", "What is hidden in it was looked through"),
    StepType.EDITED: Words("Teks untuk umum diubah", "The words for the public were changed"),
    StepType.IDENTITY_REQUESTED: Words("Seorang pejabat meminta identitas Anda", "An officer asked who you are"),
    StepType.IDENTITY_DISCLOSED: Words(
        "Identitas Anda dibuka untuk satu pejabat", "Who you are was disclosed to one officer"
    ),
    StepType.IDENTITY_FORGOTTEN: Words("Identitas Anda sudah dihapus", "Who you are was forgotten"),
}
VERIFIED_WITH_SUPERVISION = Words(
    "Laporan terverifikasi, berkadar pengawasan (waktu lebih panjang)",
    "Report verified as one with supervision (which takes longer)",
)
#: Why a report was archived: what stands behind the code, beside what the officer wrote.
ARCHIVED_FOR: Mapping[ArchiveReason, Words] = {
    ArchiveReason.NOT_CLEAR: Words("isi laporan tidak jelas", "it is not clear"),
    ArchiveReason.TOO_GENERAL: Words("laporan terlalu umum", "it is too general"),
    ArchiveReason.NOT_PUBLIC_SERVICE: Words("bukan tentang pelayanan publik", "it is not about a public service"),
    ArchiveReason.NO_EVIDENCE: Words("tidak ada bukti pendukung", "there is no supporting evidence"),
    ArchiveReason.HATE_SPEECH: Words("memuat ujaran kebencian", "it contains hate speech"),
    ArchiveReason.SPAM: Words("terdeteksi sebagai spam", "it looks like spam"),
    ArchiveReason.WRONG_FORMAT: Words("format tidak sesuai", "it is not in the right form"),
    ArchiveReason.EXPIRED_INCOMPLETE: Words("tidak dilengkapi pada waktunya", "it was not completed in time"),
    ArchiveReason.REPORTERS_WISH: Words("atas permintaan pelapor", "its reporter wished so"),
    ArchiveReason.OUT_OF_SCOPE: Words("di luar cakupan LAPOR!", "it is outside the scope of LAPOR!"),
}
#: What cannot be done with a report: "Laporan … tidak dapat …".
ACTS: Mapping[Act, Words] = {
    Act.OUTCOME: Words("dinilai hasilnya", "be asked about its outcome"),
    Act.REFER: Words("dialihkan ke Ombudsman", "be referred to the Ombudsman"),
    Act.REPLY: Words("ditanggapi", "be replied to"),
    Act.ATTACH: Words("ditambahi lampiran", "be given attachments"),
    Act.CLOSE: Words("ditutup", "be closed"),
    Act.REOPEN: Words("dibuka kembali", "be reopened"),
    Act.RATE: Words("diberi nilai", "be rated"),
    Act.APPEAL: Words("diajukan keberatan", "be appealed"),
    Act.WITHDRAW: Words("ditarik", "be withdrawn"),
}
CLOSED_BY: Mapping[ClosedBy, Words] = {
    ClosedBy.REPORTER: Words("Ditutup oleh pelapor", "Closed by the reporter"),
    ClosedBy.ADMINISTRATOR: Words("Ditutup oleh administrator", "Closed by an administrator"),
    ClosedBy.SILENCE: Words("Ditutup karena pelapor tidak menanggapi", "Closed as the reporter did not react"),
}
CLOCKS: Mapping[Clock, Words] = {
    Clock.VERIFY: Words("Verifikasi dan penerusan", "Verifying and passing it on"),
    Clock.FIRST_ANSWER: Words("Tanggapan pertama", "First answer"),
    Clock.INTERIM: Words("Kabar kemajuan", "News of the progress"),
    Clock.RESOLVE: Words("Penyelesaian", "Resolution"),
    Clock.COMPLETION: Words("Kelengkapan dari pelapor", "Completion by the reporter"),
    Clock.REPORTER_SILENCE: Words("Tanggapan pelapor atas jawaban", "The reporter's reaction to the answer"),
    Clock.OMBUDSMAN: Words("Ombudsman dapat mengambil alih", "The Ombudsman may take over"),
}
KINDS: Mapping[Kind, Words] = {
    Kind.COMPLAINT: Words("Pengaduan", "Complaint"),
    Kind.ASPIRATION: Words("Aspirasi", "Aspiration"),
    Kind.INFORMATION_REQUEST: Words("Permintaan informasi", "Information request"),
}
CHANNELS: Mapping[Channel, Words] = {
    Channel.WEB: Words("Situs web", "Website"),
    Channel.APP: Words("Aplikasi", "App"),
    Channel.SMS: Words("SMS", "SMS"),
    Channel.X: Words("X", "X"),
    Channel.FACEBOOK: Words("Facebook", "Facebook"),
    Channel.INSTAGRAM: Words("Instagram", "Instagram"),
    Channel.WHATSAPP: Words("WhatsApp", "WhatsApp"),
    Channel.EMAIL: Words("Surel", "E-mail"),
    Channel.COUNTER: Words("Loket", "Counter"),
    Channel.BOX: Words("Kotak pengaduan", "Complaints box"),
    Channel.LETTER: Words("Surat", "Letter"),
    Channel.TELEPHONE: Words("Telepon", "Telephone"),
    Channel.FAX: Words("Faks", "Fax"),
    Channel.OPEN311: Words("Open311", "Open311"),
    Channel.PARTNER: Words("Sistem mitra", "Partner system"),
}
AUDIENCES: Mapping[Audience, Words] = {
    Audience.PUBLIC: Words("umum", "the public"),
    Audience.REPORTER: Words("pelapor", "the reporter"),
    Audience.AGENCY: Words("instansi yang terlibat", "a body that has to do with it"),
    Audience.VERIFIER: Words("verifikator", "a verifier"),
    Audience.SUPERVISOR: Words("pengawas atau koordinator", "a supervisor or coordinator"),
}
#: What staff see of a step beside its words.
DETAILS: Mapping[str, Words] = {
    "by": Words("Diputuskan oleh", "Decided by"),
    "hop": Words("Instansi ke-", "Body number"),
    "round": Words("Putaran verifikasi", "Round of verification"),
    "named_agency_code": Words("Menunjuk", "Names"),
    "needed_agency_code": Words("Membutuhkan", "Needs"),
    "agency_code": Words("Kode instansi", "Code of the body"),
    "kind": Words("Jenis", "Kind"),
    "channel": Words("Kanal", "Channel"),
    "region_code": Words("Wilayah", "Region"),
    "category": Words("Kategori menurut pelapor", "Category, says the reporter"),
    "counted_as": Words("Kategori", "Category"),
    "counted_as_name": Words("Nama kategori", "Name of the category"),
    "secret": Words("Rahasia", "Secret"),
    "anonymous": Words("Anonim", "Anonymous"),
    "supervised": Words("Berkadar pengawasan", "With supervision"),
    "missing": Words("Yang kurang", "Missing"),
    "reason_code": Words("Alasan", "Reason"),
    "parent_tracking_id": Words("Mengikuti", "Follows"),
    "working_days": Words("Hari kerja tambahan", "Working days more"),
    "answer_type": Words("Jenis jawaban", "Sort of answer"),
    "planned_on": Words("Direncanakan selesai", "Planned for"),
    "legal_basis": Words("Dasar hukum", "Legal basis"),
    "needed_agency_name": Words("Instansi yang diperlukan", "Other agency needed"),
    "closed_by": Words("Ditutup oleh", "Closed by"),
    "rating": Words("Nilai", "Rating"),
    "times": Words("Kali ke-", "Time number"),
    "holds": Words("Hasilnya bertahan", "It holds"),
    "via": Words("Lewat", "By way of"),
    "reachable": Words("Terjangkau dengan cara lain", "Reachable by another way"),
    "template": Words("Pemberitahuan", "Notice"),
    "reason": Words("Sebab", "Because"),
}
#: What a substantive answer says was done.
OUTCOMES: Mapping[AnswerType, Words] = {
    AnswerType.DONE: Words("Sudah dikerjakan", "Done"),
    AnswerType.PLANNED: Words("Direncanakan", "Planned"),
    AnswerType.EXPLAINED: Words("Dijelaskan", "Explained"),
    AnswerType.REFUSED_BY_LAW: Words("Tidak dapat menurut hukum", "Refused by law"),
    AnswerType.OTHER_BODY: Words("Memerlukan instansi lain", "Needs another agency"),
}
#: Of which details the values are words of ours.
DETAIL_VALUES: Mapping[str, Mapping[Any, Words]] = {
    "kind": KINDS,
    "channel": CHANNELS,
    "reason_code": ARCHIVED_FOR,
    "closed_by": CLOSED_BY,
    "answer_type": OUTCOMES,
}
#: Who has the report in hand where no body holds it.
DESKS: Mapping[Status, Words] = {
    Status.RECEIVED: Words("Tim verifikasi", "The verifiers"),
    Status.INCOMPLETE: Words("Pelapor", "The reporter"),
    Status.VERIFIED: Words("Koordinator", "The coordinator"),
    Status.REFERRED: Words("Ombudsman Republik Indonesia", "The Ombudsman"),
}


def time_left(working_days: int, *, is_over: bool) -> Words:
    """How much of a time limit is left."""
    if is_over:
        return Words("sudah lewat", "overdue")
    if working_days == 0:
        return Words("hari terakhir", "the last day")
    return Words(f"{working_days} hari kerja lagi", f"{working_days} working days left")
