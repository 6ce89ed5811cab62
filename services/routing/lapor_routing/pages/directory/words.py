"""How the directory's pages say things."""

from typing import Any

from markupsafe import Markup

from lapor_chassis.web import t
from lapor_contracts.vocabulary import Role
from lapor_routing.domain.agencies import AgencyKind
from lapor_routing.domain.attendance import Trouble
from lapor_routing.domain.directory_changes import ChangeKind

KINDS = {
    AgencyKind.MINISTRY: ("Kementerian", "Ministry"),
    AgencyKind.COORDINATING_MINISTRY: ("Kementerian koordinator", "Coordinating ministry"),
    AgencyKind.MINISTRY_UNIT: ("Unit kementerian", "Unit of a ministry"),
    AgencyKind.STATE_INSTITUTION: ("Lembaga", "State institution"),
    AgencyKind.STATE_ENTERPRISE: ("BUMN atau BUMD", "State company"),
    AgencyKind.FOREIGN_MISSION: ("Perwakilan RI", "Mission abroad"),
    AgencyKind.LOCAL_GOVERNMENT: ("Pemerintah daerah", "Local government"),
    AgencyKind.REGIONAL_OFFICE: ("Perangkat daerah atau unitnya", "Regional office or its unit"),
}
KIND_OPTIONS = [(kind.value, indonesian) for kind, (indonesian, _) in KINDS.items()]

CHANGES = {
    ChangeKind.ADDED: ("Ditambahkan", "Added"),
    ChangeKind.RENAMED: ("Berganti nama", "Renamed"),
    ChangeKind.MOVED: ("Pindah induk", "Moved"),
    ChangeKind.AMENDED: ("Diubah", "Amended"),
    ChangeKind.MERGED: ("Digabung", "Merged"),
    ChangeKind.SPLIT: ("Dipecah", "Split"),
    ChangeKind.CLOSED: ("Ditutup", "Closed"),
    ChangeKind.REOPENED: ("Dibuka kembali", "Reopened"),
}
COUNTS = {
    **{kind.value: words for kind, words in CHANGES.items()},
    "competent": ("Kewenangan ditetapkan", "Competences set"),
    "no_longer_competent": ("Kewenangan dihapus", "Competences removed"),
}
FIELDS = {
    "code": "Kode",
    "name": "Nama",
    "short_name": "Singkatan",
    "aliases": "Nama lain",
    "kind": "Jenis",
    "parent_code": "Induk",
    "region_code": "Wilayah",
    "status": "Status",
    "successor_codes": "Penerus",
    "verifies_itself": "Memverifikasi sendiri",
    "subject": "Topik atau kategori",
    "note": "Catatan",
    "reason": "Alasan",
    "username": "Nama pengguna",
    "roles": "Peran",
    "absent_from": "Mulai",
    "absent_until": "Sampai",
    "substitute": "Pengganti",
    "file": "Berkas",
}
ROLES = {
    Role.OFFICER: ("Petugas", "Officer"),
    Role.APPROVER: ("Penyetuju", "Approver"),
    Role.ADMINISTRATOR: ("Admin instansi", "Administrator"),
}
ROLE_OPTIONS = [(role.value, t(*words)) for role, words in ROLES.items()]
TROUBLES = {
    Trouble.NOBODY: ("Tanpa petugas aktif", "No active officer"),
    Trouble.SILENT: ("Petugas lama tidak masuk", "Officers have not signed in for long"),
}
DONE = {
    "added": ("Instansi sudah ditambahkan.", "The body was added."),
    "amended": ("Perubahan sudah disimpan.", "Saved."),
    "closed": (
        "Instansi sudah ditutup. Laporan yang belum selesai pindah dalam beberapa menit.",
        "The body is closed. Its open reports move within minutes.",
    ),
    "reopened": ("Instansi sudah dibuka kembali.", "The body is open again."),
    "competent": ("Kewenangan sudah disimpan.", "The competence was saved."),
    "absence": ("Ketidakhadiran sudah dicatat.", "The absence was noted."),
    "status": ("Status petugas sudah diubah.", "The officer's status was changed."),
}


def said(value: Any) -> str:
    """A value of the history, as people read it."""
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value)) or "–"
    return str(value) if value not in (None, "") else "–"


def role_in_words(role: Role) -> Markup | str:
    """What somebody does for a body."""
    return t(*ROLES[role]) if role in ROLES else role.value
