"""How pages say things in Indonesian, with English beside it."""

from markupsafe import Markup, escape

from lapor_chassis.web import t
from lapor_contracts.regions import regions
from lapor_contracts.vocabulary import AnswerKind, AnswerType, Clock, Kind, Level
from lapor_routing.domain.corrections import ProposalState
from lapor_routing.domain.delivering import Means
from lapor_routing.domain.disposition import State
from lapor_routing.domain.drafts import DraftKind, DraftState
from lapor_routing.domain.reactions import ReactionKind

JAKARTA = "Asia/Jakarta"

STATES = {
    State.WAITING: ("Menunggu koordinator", "Waits for the coordinator", "busy"),
    State.OPEN: ("Belum dijawab", "Not answered", "busy"),
    State.IN_PROGRESS: ("Ditindaklanjuti", "In progress", "busy"),
    State.ANSWERED: ("Dijawab", "Answered", "good"),
    State.REFUSED: ("Ditolak", "Refused", "none"),
    State.PASSED_ON: ("Diteruskan", "Passed on", "none"),
    State.RELEASED: ("Dilepas", "Released", "none"),
    State.RECALLED: ("Ditarik verifikator", "Taken back", "none"),
    State.CLOSED: ("Selesai", "Closed", "none"),
    State.REOPENED: ("Dibuka kembali", "Reopened", "none"),
    State.WITHDRAWN: ("Ditarik pelapor", "Withdrawn by its reporter", "none"),
    State.REFERRED: ("Dialihkan ke Ombudsman", "Referred to the Ombudsman", "none"),
    State.TAKEN_OVER: ("Diambil alih Ombudsman", "Taken over by the Ombudsman", "busy"),
}
KINDS = {
    Kind.COMPLAINT: ("Pengaduan", "Complaint"),
    Kind.ASPIRATION: ("Aspirasi", "Aspiration"),
    Kind.INFORMATION_REQUEST: ("Permintaan informasi", "Information request"),
}


KIND_OPTIONS = [(kind.value, indonesian) for kind, (indonesian, _) in KINDS.items()]

#: What is done with many reports at once.
MANY = {
    "ambil": ("Saya tangani", "I take them on"),
    "tanggapi": ("Tanggapan awal", "First answer"),
    "teruskan": ("Teruskan ke unit", "Pass on to a unit"),
}

ANSWERS = {
    AnswerKind.INITIAL: ("Tanggapan awal: sedang ditangani", "Initial: being dealt with"),
    AnswerKind.QUESTION: (
        "Pertanyaan kepada pelapor: waktu berhenti sampai dijawab",
        "Question to the reporter: time stops until the answer",
    ),
    AnswerKind.SUBSTANTIVE: ("Jawaban akhir: hasil penanganan", "Substantive: the outcome"),
}
ANSWER_OPTIONS = [(kind.value, t(*words)) for kind, words in ANSWERS.items()]
OUTCOMES = {
    AnswerType.DONE: ("Sudah dikerjakan", "Done"),
    AnswerType.PLANNED: ("Direncanakan", "Planned"),
    AnswerType.EXPLAINED: ("Dijelaskan", "Explained"),
    AnswerType.REFUSED_BY_LAW: ("Tidak dapat menurut hukum", "Refused by law"),
    AnswerType.OTHER_BODY: ("Memerlukan instansi lain", "Needs another agency"),
}
_TO_BE_SAID = {
    AnswerType.PLANNED: ("Direncanakan: sebutkan tanggalnya", "Planned: say by when"),
    AnswerType.EXPLAINED: ("Dijelaskan: tidak ada yang perlu dikerjakan lagi", "Explained: nothing more is to be done"),
    AnswerType.REFUSED_BY_LAW: ("Tidak dapat menurut hukum: sebutkan dasarnya", "Refused by law: say by which"),
    AnswerType.OTHER_BODY: ("Memerlukan instansi lain: sebutkan", "Needs another agency: say which"),
}
OUTCOME_OPTIONS = [(kind.value, t(*words)) for kind, words in (OUTCOMES | _TO_BE_SAID).items()]
#: What the fields of an answer are called in the list of what is wrong.
ANSWER_FIELDS = {
    "kind": "Jenis jawaban",
    "text": "Jawaban",
    "answer_type": "Hasil",
    "planned_on": "Direncanakan selesai pada",
    "legal_basis": "Dasar hukum",
    "needed_agency_code": "Instansi lain",
    "evidence": "Bukti",
    "note": "Catatan",
    "username": "Petugas",
    "working_days": "Hari kerja",
}
REACTIONS = {
    ReactionKind.RATED: ("Pelapor menilai (1 sampai 5):", "The reporter rated it (1 to 5):"),
    ReactionKind.HOLDS: ("Menurut pelapor hasilnya bertahan", "It holds, says the reporter"),
    ReactionKind.HOLDS_NOT: ("Menurut pelapor hasilnya tidak bertahan", "It does not hold, says the reporter"),
    ReactionKind.UNREACHABLE: ("Pelapor tidak dapat dihubungi lewat", "The reporter cannot be reached by"),
    ReactionKind.REACHED_OTHERWISE: ("Alamat pelapor tidak menerima lagi", "Takes nothing any more:"),
    ReactionKind.REOPENED: ("Dibuka kembali oleh pelapor: belum selesai", "Reopened by the reporter: not done"),
}
#: By which states officers narrow their inbox; only the coordinator's queue waits.
STATE_OPTIONS = [(state.value, indonesian) for state, (indonesian, _, _) in STATES.items() if state != State.WAITING]

#: To whom an overdue report has gone.
LEVELS = {
    Level.UNIT: ("Unit", "Unit"),
    Level.AGENCY: ("Pimpinan instansi", "Head of the agency"),
    Level.COORDINATOR: ("Koordinator", "Coordinator"),
    Level.MINISTRY: ("Kementerian pembina", "Ministry of the field"),
    Level.PANRB: ("Kementerian PANRB", "Ministry PANRB"),
}
CLOCKS = {
    Clock.VERIFY: ("Verifikasi dan penerusan", "Verifying and passing it on"),
    Clock.FIRST_ANSWER: ("Tanggapan pertama", "First answer"),
    Clock.INTERIM: ("Kabar kemajuan", "News of the progress"),
    Clock.RESOLVE: ("Penyelesaian", "Resolution"),
}

#: What speaks for a body. A kind without words here is shown as it is.
EVIDENCE = {
    "reporter_choice": ("Pilihan pelapor", "The reporter's choice"),
    "sms_keyword": ("Kata kunci SMS", "SMS keyword"),
    "region_given": ("Wilayah", "Region"),
    "pin": ("Titik pada peta", "Pin on the map"),
    "place_named": ("Tempat dalam laporan", "Place named"),
    "topic_phrase": ("Pokok laporan", "Topic"),
    "category_given": ("Kategori pada laporan", "Category given"),
    "competence": ("Kewenangan yang ditetapkan", "Competence settled"),
    "body_named": ("Instansi disebut", "Agency named"),
    "next_door": ("Bila ragu", "If in doubt"),
    "reopened": ("Dibuka kembali oleh pelapor", "Reopened by its reporter"),
    "refusal": ("Disebut instansi sebelumnya", "Named by the agency before"),
    "handover": ("Diteruskan instansi induk", "Passed on by the agency above"),
    "coordinator": ("Keputusan koordinator", "The coordinator's decision"),
    "co_owner": ("Diminta ikut menangani", "Asked to act too"),
    "succession": ("Penerus instansi", "Succeeds an agency"),
    "learned_model": ("Model yang belajar", "Learned model"),
    "correction": ("Koreksi sebelumnya", "Earlier correction"),
}

DRAFT_STATES = {
    DraftState.DRAFT: ("Masih ditulis", "Being written", "busy"),
    DraftState.SUBMITTED: ("Menunggu persetujuan", "Waits for approval", "busy"),
    DraftState.RETURNED: ("Dikembalikan", "Given back", "late"),
    DraftState.APPROVED: ("Disetujui dan dikirim", "Approved and sent", "good"),
}
DRAFT_KINDS = {DraftKind(kind.value): words for kind, words in ANSWERS.items()} | {
    DraftKind.EXTENSION: ("Perpanjangan waktu", "More time")
}

#: How a body's own system is reached.
MEANS = {
    Means.BROKER: ("Antrean pesan", "Broker"),
    Means.WEBHOOK: ("Webhook", "Webhook"),
    Means.OPEN311: ("Open311", "Open311"),
    Means.EMAIL: ("Surel", "E-mail"),
}
#: What a body's own system is told. A type without words here is shown as it is.
DELIVERIES = {
    "disposition.assigned.v1": ("Laporan diteruskan", "Report passed on"),
    "disposition.replied.v1": ("Balasan pelapor", "The reporter's reply"),
    "disposition.ended.v1": ("Tidak perlu dikerjakan lagi", "Nothing more to do"),
    "letter.not_taken": ("Balasan surel tidak tercatat", "Letter not recorded"),
}

#: What an officer has just done, said on the page that follows.
DONE = {
    "answered": ("Jawaban sudah dikirim kepada pelapor.", "Your answer was sent to the reporter."),
    "refused": ("Laporan sudah dialihkan.", "The report was sent on."),
    "passed_on": ("Laporan sudah diteruskan ke unit.", "The report was passed on to the unit."),
    "assigned": ("Instansi sudah ditetapkan.", "The agency was decided."),
    "copied": ("Tembusan sudah dikirim.", "The copy was sent."),
    "asked": ("Instansi itu sudah diminta ikut menangani.", "The agency was asked to act too."),
    "released": ("Instansi itu tidak lagi ikut menangani.", "The agency need not act any more."),
    "noted": ("Catatan sudah disimpan.", "The note was kept."),
    "handed_over": ("Petugas sudah ditetapkan.", "The officer was set."),
    "drafted": ("Rancangan sudah disimpan.", "The draft was kept."),
    "submitted": ("Rancangan sudah diajukan.", "The draft was handed in."),
    "approved": ("Rancangan sudah disetujui dan dikirim.", "The draft was approved and sent."),
    "returned": ("Rancangan sudah dikembalikan.", "The draft was given back."),
    "set": ("Pengaturan sudah disimpan.", "The setting was kept."),
    "decided": ("Usulan sudah diputuskan.", "The proposal was decided."),
    "went_back": ("Versi itu berlaku lagi.", "That version is in force again."),
    "closed": (
        "Laporan akan ditutup; pelapor membaca alasannya.",
        "It will be closed; the reporter reads why.",
    ),
    "extended": ("Waktu sudah diperpanjang; pelapor membaca alasannya.", "Time was extended; the reporter reads why."),
}


PROPOSALS = {
    ProposalState.PROPOSED: ("Menunggu keputusan", "Waiting for a decision"),
    ProposalState.APPROVED: ("Disetujui", "Approved"),
    ProposalState.REJECTED: ("Ditolak", "Rejected"),
    ProposalState.WITHDRAWN: ("Tidak berlaku lagi", "In force no more"),
}


def evidence_in_words(kind: str) -> Markup:
    """What sort of thing it is that speaks for a body."""
    return t(*EVIDENCE[kind]) if kind in EVIDENCE else escape(kind)


def answer_in_words(kind: AnswerKind) -> Markup:
    """How much an answer says."""
    return t(*ANSWERS[kind])


def kind_in_words(kind: Kind) -> Markup:
    """What the reporter wants."""
    return t(*KINDS[kind])


def region_name(code: str) -> str:
    """``Kabupaten Indragiri Hulu``; the code where no region has it."""
    region = regions().get(code)
    return region.name if region else code
