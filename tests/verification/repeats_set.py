"""A made set of reports of which it is known which repeat which: what people write twice, and what only looks alike.

Each matter is told in several wordings that share as few words as people do; a repeat is another wording, with the
place written in another way, other details, a greeting, slang, misspellings and another order. Beside them stand what
is no repeat: the same matter in another street, RT or region, another school, and another matter in the same street.
"""

import random
import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from lapor_contracts.events import ReportReceived
from tests.support.builders import received
from tests.support.stage import WEDNESDAY


@dataclass(frozen=True)
class Matter:
    """Something people complain about, in several wordings, with details that one tells and another does not."""

    tellings: tuple[str, ...]
    details: tuple[str, ...]
    named: str = ""
    """What the place is called where it is no street: a school, a market."""


MATTERS = (
    Matter(
        (
            "Lampu jalan mati di {p}.",
            "Penerangan jalan umum {p} padam semua.",
            "PJU di {p} tidak menyala, gelap gulita.",
            "Kami minta lampu penerangan {p} dinyalakan lagi karena sudah tidak hidup.",
            "{p} gelap kalau malam, lampunya tidak berfungsi.",
        ),
        (
            "Rawan begal dan jambret.",
            "Anak-anak takut lewat.",
            "Sudah tiga tiang yang begitu.",
            "Kemarin ada yang jatuh.",
        ),
    ),
    Matter(
        (
            "Jalan berlubang besar di {p}.",
            "{p} rusak parah, banyak lubangnya.",
            "Aspal di {p} hancur dan bolong-bolong.",
            "Ada lubang dalam di tengah {p}, membahayakan pengendara.",
            "Kondisi jalan {p} sudah jelek sekali, penuh lubang, tolong diaspal.",
        ),
        ("Sudah dua motor terjatuh.", "Kalau hujan tidak kelihatan.", "Ban saya pecah di sana.", "Mobil harus zigzag."),
    ),
    Matter(
        (
            "Sampah menumpuk di {p} tidak diangkut.",
            "Truk sampah tidak pernah datang ke {p}, sampahnya menggunung.",
            "Tumpukan sampah {p} dibiarkan saja oleh petugas kebersihan.",
            "Di {p} banyak sampah berserakan karena tidak diambil petugas.",
            "Pengangkutan sampah {p} macet, sampah rumah tangga numpuk.",
        ),
        (
            "Baunya menyengat.",
            "Banyak lalat dan tikus.",
            "Iuran tetap ditarik tiap bulan.",
            "Takut jadi sumber penyakit.",
        ),
    ),
    Matter(
        (
            "Selokan mampet di {p}, air meluap ke rumah.",
            "Got di {p} tersumbat sehingga banjir setiap hujan.",
            "Drainase {p} buntu, airnya tidak mengalir.",
            "Tolong keruk saluran air {p} yang penuh lumpur dan tersumbat.",
            "Parit {p} dangkal dan penuh sampah, air got sampai masuk halaman.",
        ),
        ("Jentik nyamuk banyak.", "Hujan sebentar sudah tergenang.", "Baunya tidak enak.", "Warga sudah kerja bakti."),
    ),
    Matter(
        (
            "Air PDAM mati di {p}.",
            "PDAM tidak mengalir ke rumah warga {p}.",
            "Air ledeng {p} tidak keluar sama sekali.",
            "Kran rumah kami di {p} kering, PDAM mati terus.",
            "Sudah lama aliran air PDAM ke {p} berhenti.",
        ),
        ("Tagihan tetap datang.", "Terpaksa beli air galon.", "Tidak ada pemberitahuan.", "Mandi pun susah."),
    ),
    Matter(
        (
            "Sekolah {p} memungut uang komite yang katanya wajib.",
            "Ada pungutan liar di {p}, wali murid diminta bayar.",
            "Pihak {p} menarik iuran dari orang tua siswa tanpa kuitansi.",
            "Orang tua murid {p} dipaksa membayar sumbangan komite.",
            "Kepala sekolah {p} meminta uang kepada wali murid, alasannya komite.",
        ),
        (
            "Yang tidak bayar tidak diberi rapor.",
            "Jumlahnya lima ratus ribu.",
            "Padahal sekolah negeri.",
            "Anak saya malu.",
        ),
        named="school",
    ),
    Matter(
        (
            "Antrean {p} lama sekali, dokter baru datang siang.",
            "Pelayanan di {p} lambat, pasien antre dari subuh.",
            "Dokter {p} sering terlambat sehingga pasien menunggu berjam-jam.",
            "Pasien di {p} harus menunggu lama karena dokternya belum datang.",
            "Loket {p} buka kesiangan, antri lama, dokter tidak ada.",
        ),
        ("Ibu saya sudah tua.", "Petugasnya judes.", "Obat juga kosong.", "Tempat duduk tidak cukup."),
        named="clinic",
    ),
    Matter(
        (
            "Parkir liar di {p} bikin macet.",
            "Banyak mobil parkir sembarangan di {p} sampai jalan macet.",
            "Juru parkir tidak resmi di {p} memakan badan jalan.",
            "Tolong tertibkan kendaraan yang parkir di bahu {p}, lalu lintas jadi padat.",
            "{p} macet tiap sore gara-gara tukang parkir liar.",
        ),
        ("Ditarik lima ribu.", "Ambulans tidak bisa lewat.", "Tidak ada karcis.", "Sudah sering ditegur."),
    ),
    Matter(
        (
            "Pohon besar di {p} miring hampir tumbang.",
            "Ada pohon rawan roboh di {p}.",
            "Dahan pohon {p} lapuk, takut menimpa orang.",
            "Minta pohon di pinggir {p} dipangkas karena mau tumbang.",
            "Pohon tua {p} condong ke jalan dan bisa jatuh sewaktu-waktu.",
        ),
        ("Dekat kabel listrik.", "Kalau angin kencang ngeri.", "Di bawahnya ada warung.", "Akarnya sudah terangkat."),
    ),
    Matter(
        (
            "Pedagang kaki lima menutup trotoar {p}.",
            "Trotoar di {p} dipakai jualan PKL, pejalan kaki turun ke jalan.",
            "PKL berjualan di atas trotoar {p} dan dibiarkan.",
            "Pejalan kaki tidak bisa lewat di {p} karena trotoarnya penuh lapak pedagang.",
            "Lapak pedagang memenuhi trotoar {p}, mohon ditertibkan Satpol PP.",
        ),
        ("Sore paling ramai.", "Kursi roda tidak bisa.", "Sampahnya ditinggal.", "Pernah ditertibkan lalu kembali."),
    ),
    Matter(
        (
            "Listrik padam di {p} sejak pagi.",
            "PLN mati lampu terus di {p}.",
            "Aliran listrik {p} sering mati tanpa pemberitahuan.",
            "Rumah warga {p} tidak ada listrik, PLN belum datang.",
            "Pemadaman listrik di {p} hampir tiap hari.",
        ),
        ("Kulkas rusak.", "Usaha saya terhenti.", "Sudah telepon 123.", "Tetangga blok lain menyala."),
    ),
    Matter(
        (
            "Jembatan {p} rusak, papannya patah.",
            "Kondisi jembatan {p} membahayakan karena sudah keropos.",
            "Lantai jembatan {p} bolong dan besinya berkarat.",
            "Mohon jembatan {p} diperbaiki sebelum ambruk.",
            "Jembatan {p} hampir roboh, kayunya lapuk.",
        ),
        ("Anak sekolah lewat situ.", "Truk masih melintas.", "Pagarnya hilang.", "Satu-satunya akses desa."),
        named="name",
    ),
    Matter(
        (
            "Karaoke di {p} berisik sampai tengah malam.",
            "Suara musik dari kafe {p} keras sekali mengganggu tidur.",
            "Bising musik karaoke {p}, warga tidak bisa istirahat.",
            "Tempat hiburan di {p} menyetel musik kencang tiap malam.",
            "Kami terganggu suara dangdut dari karaoke {p}.",
        ),
        ("Bayi saya menangis.", "Sudah ditegur RT.", "Izinnya patut dipertanyakan.", "Sampai jam dua pagi."),
    ),
    Matter(
        (
            "Kabel menjuntai di {p} hampir kena kepala.",
            "Ada kabel telkom kendor melintang rendah di {p}.",
            "Kabel internet semrawut {p} turun ke jalan.",
            "Kabel udara di {p} putus dan bergelantungan.",
            "Bahaya kabel melorot di {p}, pemotor bisa tersangkut.",
        ),
        ("Truk sempat tersangkut.", "Tiangnya miring.", "Belum tahu milik siapa.", "Diikat warga dengan tali."),
    ),
    Matter(
        (
            "Lampu lalu lintas simpang {p} mati.",
            "Traffic light di perempatan {p} tidak berfungsi.",
            "Lampu merah simpang {p} error, kendaraan berebut.",
            "Lampu bangjo pertigaan {p} padam, rawan tabrakan.",
            "APILL {p} mati sehingga lalu lintas semrawut.",
        ),
        ("Tidak ada polisi.", "Sudah dua hari.", "Pagi macet panjang.", "Nyaris tabrakan."),
        named="name",
    ),
    Matter(
        (
            "Bantuan sosial di {p} tidak tepat sasaran.",
            "Penerima bansos {p} malah orang mampu.",
            "Data PKH {p} salah, warga miskin tidak dapat.",
            "Saya warga miskin {p} tidak pernah terdaftar bansos.",
            "Pembagian bantuan di {p} pilih kasih, yang kaya yang dapat.",
        ),
        ("Ada yang punya mobil.", "Ketua RT tidak mau mendata.", "Janda tua dilewati.", "Beras cuma setengah."),
    ),
    Matter(
        (
            "Pabrik di {p} membuang limbah ke sungai.",
            "Sungai dekat {p} hitam dan bau karena limbah pabrik.",
            "Limbah cair pabrik {p} mencemari kali.",
            "Air sungai {p} tercemar buangan pabrik tekstil.",
            "Tolong periksa pabrik {p} yang mengalirkan limbah tanpa diolah.",
        ),
        ("Ikan mati.", "Gatal-gatal kalau kena.", "Dibuang malam hari.", "Sumur ikut berbau."),
    ),
    Matter(
        (
            "KTP saya belum jadi di kantor {p}.",
            "Perekaman e-KTP di {p} sudah selesai tapi kartunya tidak dicetak.",
            "Blanko KTP {p} selalu kosong katanya.",
            "Mengurus KTP elektronik di {p} lama, disuruh balik terus.",
            "Cetak KTP di {p} berbulan-bulan tidak beres.",
        ),
        (
            "Saya butuh untuk melamar kerja.",
            "Hanya dapat surat keterangan.",
            "Petugas ganti-ganti.",
            "Rumah saya jauh.",
        ),
        named="office",
    ),
)


def _listed(names: str) -> list[str]:
    return names.split(",")


STREETS = _listed(
    "Mawar,Melati,Kenanga,Anggrek,Cempaka,Flamboyan,Merpati,Rajawali,Garuda,Cendrawasih,Sudirman,Diponegoro,"
    "Ahmad Yani,Gajah Mada,Hayam Wuruk,Imam Bonjol,Teuku Umar,Pattimura,Kartini,Gatot Subroto,Pahlawan,Veteran,"
    "Pemuda,Merdeka,Siliwangi,Brawijaya,Majapahit,Pajajaran,Sriwijaya,Wolter Monginsidi,Hasanuddin,Antasari,"
    "Cokroaminoto,Setia Budi,Kusuma Bangsa,Raya Darmo,Kertajaya,Dharmawangsa,Banyuurip,Kedungdoro,Wonokromo,"
    "Tambak Asri,Kebon Jeruk,Pasar Baru,Cikini Raya,Bukit Indah,Sungai Raya,Tanjung Pura,Perintis Kemerdekaan"
)
SCHOOLS = ("SDN {n} {name}", "SMPN {n} {name}", "SMAN {n} {name}", "SMK Negeri {n} {name}")
NAMES = _listed(
    "Sukamaju,Kalibata,Tegalsari,Gubeng,Rungkut,Cimahi,Ciparay,Lengkong,Padangsari,Medaeng,Kaliurang,Ngaliyan,"
    "Sukolilo,Mulyorejo,Tandes,Lakarsantri,Cibeunying,Arcamanik,Banyumanik,Gunungpati,Pedurungan,Medan Johor,"
    "Helvetia,Polonia,Tembung,Palaran,Sambutan,Loa Janan,Seberida,Pasir Penyu,Kelayang,Batang Gansal"
)
LANDMARKS = (
    "dekat masjid Al Ikhlas",
    "depan Indomaret",
    "sebelah balai warga",
    "dekat jembatan",
    "depan pos kamling",
    "",
)
REGIONS = ("35.78", "33.74", "32.73", "12.71", "14.02", "64.72")

GREETINGS = (
    "Assalamualaikum Wr. Wb. ",
    "Selamat pagi bapak/ibu admin, ",
    "Yth. Bapak Walikota, mohon izin melapor. ",
    "Halo min, mau lapor nih. ",
    "Dengan hormat, saya ingin menyampaikan keluhan. ",
)
CLOSINGS = (
    " Mohon segera ditindaklanjuti, terima kasih.",
    " Tolong dibantu ya pak.",
    " Matur nuwun.",
    " Trims, salam sehat.",
)
TIMES = (" Sudah {n} hari ini.", " Sejak minggu lalu.", " Sejak {n} bulan yang lalu.", " Kejadiannya dari kemarin.", "")
SLANG = {
    "jalan": "jln", "tidak": "gak", "sudah": "udh", "yang": "yg", "karena": "krn", "dengan": "dgn", "banyak": "byk",
    "lubang": "lobang", "belum": "blm", "sangat": "bgt", "orang": "org", "tolong": "tlg", "depan": "dpn",
    "mohon": "mhn",    "rusak": "rsk", "dekat": "deket",
    "sekolah": "sklh", "antre": "antri", "selokan": "got", "warga": "wrg",
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Where it is: what tells it from all others."""

    region: str
    street: str
    rt: int
    rw: int
    landmark: str
    number: int
    name: str
    """Of a school or an office, as is the number."""

    def written(self, named: str, chance: random.Random, *, with_rt: bool) -> str:
        """As one of many would write it."""
        if named == "school":
            return SCHOOLS[self.number % len(SCHOOLS)].format(n=self.number, name=self.name)
        if named == "clinic":
            return f"Puskesmas {self.name}"
        if named == "office":
            return f"{chance.choice(('Kecamatan', 'Kec.', 'kecamatan'))} {self.name}"
        if named == "name":
            return self.street
        street = f"{chance.choice(('Jalan', 'Jl.', 'Jln', 'jl'))} {self.street}"
        corners = (f" RT {self.rt:02} RW {self.rw:02}", f" RT {self.rt}/RW {self.rw}", f" rt{self.rt} rw{self.rw}")
        corner = chance.choice(corners) if with_rt or chance.random() < 0.6 else ""
        return street + corner + (f" {self.landmark}" if self.landmark and chance.random() < 0.5 else "")


@dataclass(frozen=True)
class Subject:
    """Something that somebody complains of somewhere."""

    matter: Matter
    place: Place

    @property
    def key(self) -> tuple[object, ...]:
        """The same for what is the same."""
        return *self.street, 0 if self.matter.named else self.place.rt

    @property
    def street(self) -> tuple[object, ...]:
        """The same for what only the RT tells apart."""
        name = self.place.written(self.matter.named or "name", random.Random(0), with_rt=True)
        return self.matter, self.place.region, name


@dataclass(frozen=True)
class Made:
    """A report; those with the same ``same`` repeat one another."""

    report: ReportReceived
    same: int


def made_set(seed: int, size: int = 2000) -> list[Made]:
    """So many reports in the order they come in: four in ten are repeats, two in ten only look like one."""
    chance = random.Random(seed)
    originals = [_subject(chance) for _ in range(size * 35 // 100)]
    lookalikes = [_lookalike(chance, chance.choice(originals)) for _ in range(size // 4)]
    subjects = list({subject.key: subject for subject in [*originals, *lookalikes]}.values())
    streets = Counter(subject.street for subject in subjects)
    numbers = [*range(len(subjects)), *(chance.randrange(len(subjects)) for _ in range(size - len(subjects)))]
    made = []
    for at, number in enumerate(numbers):
        subject, is_repeat = subjects[number], at >= len(subjects)
        report = _report(chance, subject, again=is_repeat, with_rt=streets[subject.street] > 1)
        made.append(Made(report, number))
    chance.shuffle(made)
    return [
        replace(each, report=replace(each.report, received_at=WEDNESDAY + timedelta(minutes=10 * at)))
        for at, each in enumerate(made)
    ]


def _subject(chance: random.Random) -> Subject:
    place = Place(
        region=chance.choice(REGIONS),
        street=chance.choice(STREETS),
        rt=chance.randint(1, 15),
        rw=chance.randint(1, 9),
        landmark=chance.choice(LANDMARKS),
        number=chance.randint(1, 20),
        name=chance.choice(NAMES),
    )
    return Subject(chance.choice(MATTERS), place)


def _lookalike(chance: random.Random, subject: Subject) -> Subject:
    """What is nearly the same, and something else."""
    matter, place = subject.matter, subject.place
    kind = chance.randrange(4)
    if kind == 0:
        return Subject(matter, replace(place, region=chance.choice(REGIONS)))
    if kind == 1 and not matter.named:
        return Subject(matter, replace(place, rt=place.rt + chance.randint(1, 5)))
    if kind == 2 and not matter.named:
        return Subject(chance.choice([one for one in MATTERS if not one.named]), place)
    other = replace(place, street=chance.choice(STREETS), number=place.number % 20 + 1, name=chance.choice(NAMES))
    return Subject(matter, other)


def _report(chance: random.Random, subject: Subject, *, again: bool, with_rt: bool) -> ReportReceived:
    matter = subject.matter
    place = subject.place.written(matter.named, chance, with_rt=with_rt)
    told = chance.choice(matter.tellings).format(p=place)
    details = chance.sample(matter.details, chance.randint(0, 2))
    sentences = [told, *details, chance.choice(TIMES).format(n=chance.randint(2, 9)).strip()]
    if again and chance.random() < 0.4:
        chance.shuffle(sentences)
    body = " ".join(filter(None, sentences))
    if chance.random() < (0.6 if again else 0.25):
        body = chance.choice(GREETINGS) + body
    if chance.random() < (0.5 if again else 0.25):
        body += chance.choice(CLOSINGS)
    if again:
        body = _slurred(chance, body) if chance.random() < 0.5 else body
        body = _misspelt(chance, body) if chance.random() < 0.6 else body
        body = body.lower() if chance.random() < 0.3 else body
    return received(
        report_id=UUID(int=chance.getrandbits(128), version=4),
        title=(body if chance.random() < 0.7 else told)[:80].rsplit(" ", 1)[0],
        body=body,
        place=None,
        occurred_on=None,
        region_code=subject.place.region,
    )


def _slurred(chance: random.Random, text: str) -> str:
    return re.sub(
        r"[a-z]+", lambda word: SLANG[word[0]] if word[0] in SLANG and chance.random() < 0.7 else word[0], text
    )


def _misspelt(chance: random.Random, text: str) -> str:
    return " ".join(
        _slip(chance, word) if len(word) > 4 and word.isalpha() and chance.random() < 0.12 else word
        for word in text.split()
    )


def _slip(chance: random.Random, word: str) -> str:
    at = chance.randrange(1, len(word) - 1)
    return chance.choice(
        (
            word[:at] + word[at + 1 :],  # left out
            word[:at] + word[at] + word[at:],  # twice
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],  # the wrong way round
            word[:at] + chance.choice("aiueonrst") + word[at + 1 :],  # another
        )
    )
