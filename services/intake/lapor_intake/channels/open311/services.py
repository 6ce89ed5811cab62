"""What can be reported, and what else is asked about it: LAPOR!'s topics as Open311 services. Pure."""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from lapor_contracts.vocabulary import Kind


@dataclass(frozen=True)
class Service:
    """A kind of request."""

    code: str
    name: str
    english: str

    def described(self) -> dict[str, Any]:
        """As the list of services shows it."""
        return {
            "service_code": self.code,
            "service_name": self.name,
            "description": f"{self.name} / {self.english}",
            "metadata": True,
            "type": "realtime",
            "keywords": ",".join(re.findall(r"\w{3,}", f"{self.name} {self.english}".lower())),
            "group": "LAPOR!",
        }


@cache
def services() -> Mapping[str, Service]:
    """All of them, by code; data/README.md says where they are from."""
    with (files(__package__) / "data" / "services.csv").open(encoding="utf-8") as lines:
        return {row["code"]: Service(**row) for row in csv.DictReader(lines)}


#: Yes and no, as a list to choose from: the standard has no other word for it.
FLAG = {"true": "Ya / Yes", "false": "Tidak / No"}
KINDS = {
    Kind.COMPLAINT: "Pengaduan / Complaint",
    Kind.ASPIRATION: "Aspirasi / Wish",
    Kind.INFORMATION_REQUEST: "Permintaan informasi / Request for information",
}


@dataclass(frozen=True)
class Attribute:
    """Something that may be told beside what every request has. None must be."""

    code: str
    datatype: str
    description: str
    values: Mapping[Any, str] | None = None

    def described(self, order: int) -> dict[str, Any]:
        """As a definition of a service shows it."""
        return {
            "variable": True,
            "code": self.code,
            "datatype": self.datatype,
            "required": False,
            "datatype_description": "",
            "order": order,
            "description": self.description,
            "values": [{"key": str(key), "name": name} for key, name in (self.values or {}).items()],
        }


ATTRIBUTES: Sequence[Attribute] = (
    Attribute("title", "string", "Judul / Title"),
    Attribute("kind", "singlevaluelist", "Jenis laporan / Kind of report", KINDS),
    Attribute("occurred_on", "datetime", "Tanggal kejadian / When it happened"),
    Attribute("place", "string", "Keterangan tempat / More about the place"),
    Attribute("region_code", "string", "Kode wilayah Kemendagri, mis. 31.74 / Code of the region"),
    Attribute("anonymous", "singlevaluelist", "Rahasiakan identitas saya (anonim) / Keep my identity secret", FLAG),
    Attribute("secret", "singlevaluelist", "Sembunyikan isi dari publik (rahasia) / Hide the content", FLAG),
)


def definition(service: Service) -> dict[str, Any]:
    """What may be told about a request of this kind; the same for all."""
    attributes = [attribute.described(order) for order, attribute in enumerate(ATTRIBUTES, 1)]
    return {"service_code": service.code, "attributes": attributes}
