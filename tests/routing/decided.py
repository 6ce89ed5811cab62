"""Made-up decided reports, as `lapor routing train` reads them: short sentences of templates, nobody's."""

import random
from collections.abc import Sequence

from lapor_routing.domain.choice import Report
from lapor_routing.learning import Example

CITY, VILLAGE = "35.78", "35.78.10.1002"

OPENINGS = ("Selamat pagi,", "Mohon bantuan,", "Yth. petugas,", "Kepada dinas terkait,", "Tolong,")
PLACES = ("depan balai RW", "dekat sekolah", "samping masjid", "di gang kami", "di perempatan")
MATTERS: dict[str, Sequence[str]] = {
    "OPD-DISHUB": ("lampu jalan padam", "lampu PJU mati", "parkir liar mengganggu", "marka jalan pudar"),
    "OPD-DLH": ("sampah menumpuk", "pohon tumbang", "taman rusak", "sampah tidak diangkut"),
    "OPD-DPUPR": ("jalan berlubang", "saluran mampet", "got meluap", "trotoar amblas"),
    "OPD-KELURAHAN": ("iuran RT tidak jelas", "surat pengantar lama", "pemilihan ketua RT", "warga berselisih"),
}


def example(kind: str, text: str) -> Example:
    """A report of the city with the office that handled it; of a village's office, as the office itself."""
    own = f"PEMDA-{VILLAGE}/{kind}" if kind == "OPD-KELURAHAN" else f"PEMDA-{CITY}/{kind}"
    report = Report(title="", body=text, region_code=VILLAGE)
    return Example(report, own, frozenset({own, f"PEMDA-{CITY}/{kind}"}))


def decided(count: int = 400, *, seed: int = 1, muddled: float = 0.0) -> list[Example]:
    """So many of them; of the muddled ones anybody was said to be competent."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        kind = chance.choice(list(MATTERS))
        words = (chance.choice(OPENINGS), chance.choice(MATTERS[kind]), chance.choice(PLACES), f"no {number}")
        made.append(example(chance.choice(list(MATTERS)) if chance.random() < muddled else kind, " ".join(words)))
    return made
