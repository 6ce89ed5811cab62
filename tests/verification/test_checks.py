"""What the checks find in reports as people write them. All made up; false alarms matter most."""

from datetime import date, timedelta

import pytest

from lapor_contracts.events import ReportReceived
from lapor_contracts.vocabulary import Kind, Missing
from lapor_verification.domain.case import State, opened
from lapor_verification.domain.checks import examine
from lapor_verification.domain.checks.completeness import asking_for
from lapor_verification.domain.finding import Check, Finding, Hint, Outcome
from lapor_verification.domain.policy import shipped_policy
from tests.support.builders import received

TODAY = date(2026, 1, 7)


def report(body: str, **changes: object) -> ReportReceived:
    """A report whose text is all that speaks for or against it."""
    return received(**{"title": "Laporan", "body": body, **changes})


def found(body: str, check: Check, **changes: object) -> tuple[Hint, ...]:
    return examine(report(body, **changes), TODAY).of(check)


def doubts(finding: Finding) -> list[str]:
    return [f"{hint.check}: {hint.what}" for hint in finding.hints if shipped_policy().holds(hint)]


HONEST = [
    # of things that are broken
    "Jalan di depan Pasar Rakyat berlubang besar sejak Januari, sudah dua motor terjatuh.",
    "jln rusak parah bgt di desa kami sdh 3 thn ga diperbaiki2 tolong pak bupati",
    "Lampu jalan mati sudah seminggu, daerah jadi rawan begal dan pencurian.",
    "Kabel lampu PJU dicuri maling, tolong Dishub segera ganti karena gelap.",
    "Meteran air PDAM kami dicuri orang, bagaimana mengurus penggantiannya?",
    "Air PDAM keruh dan bau sudah dua minggu, anak-anak gatal semua.",
    "Sampah menumpuk di TPS dekat gereja Kristen, baunya sampai ke kampung Jawa.",
    "Anjing liar banyak sekali di kampung Jawa dekat masjid, warga takut digigit.",
    "Bau kandang babi milik warga di dekat sekolah dasar Islam sangat mengganggu.",
    "Sekolah dasar Islam di kelurahan kami atapnya bocor kalau hujan.",
    "Pendidikan dasar Kristen di daerah kami kekurangan guru sejak tahun lalu.",
    "Listrik padam tiap malam di Papua, PLN tidak pernah memberi kabar.",
    "Internet Indihome mati terus tiga hari ini, sudah lapor tapi tidak ditanggapi.",
    "Trotoar di Jalan Merdeka dipakai pedagang sehingga pejalan kaki harus turun ke jalan.",
    "Pohon besar di pinggir jalan condong ke rumah warga sejak hujan angin kemarin.",
    "Jalan rusak wkwkwk udah kayak sungai kalau hujan, kapan diperbaiki ya pak.",
    "Hahaha lucu ya, sudah lapor lima kali jalan berlubang ini tetap begitu saja.",
    # of how people are treated
    "Saya lapor pencurian motor ke Polsek tiga bulan lalu, sampai sekarang tidak ada SP2HP.",
    "Polisi minta uang dua ratus ribu saat razia di Jalan Sudirman tadi malam.",
    "Penyidik Polres meminta uang supaya perkara saya cepat diproses.",
    "Jaksa di Kejari meminta uang kepada keluarga kami agar tuntutan diringankan.",
    "Antrean di pengadilan negeri sangat lama dan petugas loketnya tidak ramah.",
    "Sudah ada putusan pengadilan tetapi BPN belum mau mengubah sertifikat tanah kami.",
    "Oknum pegawai kelurahan menipu saya, uang pengurusan KTP dibawa kabur.",
    "Saya ditipu oknum petugas yang menjanjikan bantuan sosial dengan membayar.",
    "Guru memukul anak saya di sekolah sampai memar, kepala sekolah diam saja.",
    "Suami saya dipukul petugas Satpol PP waktu penertiban pasar hari Senin.",
    "Petugas loket Samsat kasar dan menyuruh saya lewat calo.",
    "Kepala desa memotong bantuan langsung tunai seratus ribu setiap warga.",
    "Saya dikatai cina babi oleh petugas parkir di terminal, mohon ditindak.",
    "Anak saya dihina dasar Papua oleh gurunya di depan kelas.",
    "Ada spanduk bertuliskan usir Syiah di depan kantor desa, mohon diturunkan.",
    "Warga Ahmadiyah di desa kami dilarang beribadah oleh kepala desa sejak bulan lalu.",
    "Penceramah di video itu menyebut agama Kristen sesat, mohon Kemenag menegur.",
    "Izin pembangunan gereja kami dipersulit kelurahan sudah dua tahun.",
    "Toa masjid terlalu keras jam tiga pagi, mohon kelurahan mengatur.",
    "Orang Madura dan orang Dayak di pasar itu dipungut retribusi lebih mahal oleh petugas.",
    # of money and papers
    "BPJS saya tidak aktif padahal iuran sudah dibayar setiap bulan.",
    "Gaji saya tiga bulan tidak dibayar perusahaan, mohon Disnaker memeriksa.",
    "Saya diteror pinjol ilegal, data KTP saya disebar, mohon OJK bertindak.",
    "Banyak judi online dan slot dipromosikan kepada anak sekolah, mohon Komdigi memblokir.",
    "Saya tertipu investasi bodong yang katanya terdaftar di OJK, uang saya hilang.",
    "Kartu prakerja saya gagal terus padahal syarat lengkap sejak tahun lalu.",
    "Bantuan PKH saya belum cair dari bulan Oktober padahal tetangga sudah.",
    "Sertifikat PTSL di desa kami belum jadi sejak 2023 dan diminta biaya lagi.",
    "Pajak kendaraan saya dobel di aplikasi Samsat, mohon diperbaiki datanya.",
    "Ijazah saya ditahan sekolah karena belum melunasi uang komite.",
    "Sesuai Undang-Undang Nomor 25 Tahun 2009 saya berhak atas pelayanan, tetapi petugas menolak.",
    "Dinas melanggar undang-undang karena tidak memberi informasi yang kami minta.",
    "Perusahaan tidak membayar THR padahal undang-undang mewajibkan.",
    "Proyek drainase di RT 03 mangkrak, kontraktor hilang sejak Desember.",
    # of tests, promotions and strangers' words that are none
    "Hasil tes CPNS saya tidak muncul di aplikasi SSCASN sejak kemarin.",
    "Tes swab di puskesmas dikenai biaya padahal katanya gratis.",
    "Aplikasi kredit Bank BRI menagih terus padahal pinjaman KUR saya sudah lunas.",
    "Promo diskon tarif listrik yang diumumkan PLN tidak saya terima bulan ini.",
    "Petugas PLN tidak bisa dihubungi, hub call center 123 tidak diangkat.",
    "Formulir di https://contoh.go.id/daftar tidak bisa dibuka sejak Senin, mohon Dukcapil memperbaiki.",
    "Pelaku perundungan mengaku hanya bercanda, sekolah tidak bertindak.",
    "Siswa yang melempar batu ke kereta bilang cuma iseng, mohon PT KAI memasang pagar.",
    "Unit gawat darurat RSUD menolak ibu saya karena kamar penuh.",
    "Jalan darurat yang dibuat kontraktor licin dan banyak motor jatuh tiap pagi.",
    "Mohon dibuatkan zebra cross di depan SMA Negeri 2 karena ramai anak menyeberang.",
    "Kereta KRL selalu penuh jam tujuh pagi, mohon ditambah.",
    "Wifi taman kota mati terus, lol sudah setahun tidak ada yang peduli.",
    "Pencuri sering masuk kampung karena pos ronda tidak dibantu desa.",
    "Bandar narkoba bebas berjualan di lapas, petugas lapas membiarkan.",
    "Sidang tilang saya di pengadilan tertunda tiga kali tanpa penjelasan petugas.",
    "ADA TUMPUKAN SAMPAH DI DEPAN SD NEGERI 5 SUDAH DUA MINGGU TIDAK DIANGKUT",
    "sy sdh trdftr di RT tp kok blm pernah dpt bantuan, mhn dicek pak kpn cairnya",
    "Ada 80 rumah yg blm dpt SPT PBB di desa kmi sejak thn lalu",
    "Mohon peninjauan kembali status kami sebagai penerima bantuan, tahun ini dicoret.",
    "Pihak sekolah memintak NIK mantan suami saya untuk data siswa sejak kemarin.",
    "WC umum di taman dipakai transaksi narkoba tiap malam, aparat kampung tidak menggubris.",
    "Toloooong pak jalan desa kami ruuusak sekali sejak banjir bulan lalu",
]


@pytest.mark.parametrize("body", HONEST)
def test_an_honest_report_is_not_held_up(body: str) -> None:
    finding = examine(report(body), TODAY)

    assert doubts(finding) == []
    assert finding.outcome is Outcome.SURE


HELD = [
    # clarity
    ("https://bit.ly/3xyz https://contoh.com/a", "clarity: only_links"),
    ("aaaaaaaaaaaaaaaaaaaaaaaaaa", "clarity: repeats"),
    ("tolong " * 20, "clarity: repeats"),
    ("sdfg hjkl qwrt zxcv bnmp dfgh", "clarity: gibberish"),
    # spam
    ("ini hanya uji coba sistem mohon abaikan", "spam: test"),
    ("tes tes 123 apakah masuk", "spam: test"),
    ("asdf qwerty tes", "spam: test"),
    ("Situs slot gacor maxwin daftar sekarang juga bonus new member", "spam: gambling_or_loans"),
    ("Pinjaman tanpa jaminan cair hari ini hubungi WA kami", "spam: gambling_or_loans"),
    ("Bandar togel terpercaya hadiah terbesar klik tautan", "spam: gambling_or_loans"),
    ("Butuh jasa followers murah dan jasa SEO, chat saja", "spam: advert"),
    ("Jual obat kuat herbal asli tahan lama bayar di tempat", "spam: advert"),
    ("cuma iseng aja min hehe salam buat semua", "spam: joke"),
    ("wkwkwkwk gabut banget sumpah", "spam: joke"),
    ("Pak presiden tolong carikan jodoh dong yang cantik", "spam: joke"),
    ("hahahaha prank kena deh admin", "spam: joke"),
    ("mabar yuk min nanti malam push rank", "spam: joke"),
    # hate speech
    ("Usir orang Cina dari negeri ini, mereka perampok semua", "hate_speech: incitement"),
    ("bantai semua syiah di kota ini sekarang juga", "hate_speech: incitement"),
    ("Bakar gereja itu kalau tidak mau pergi dari kampung kami", "hate_speech: incitement"),
    ("ganyang Rohingya sampai habis jangan beri makan", "hate_speech: incitement"),
    ("Tolak pemimpin Kristen di daerah kami yang mayoritas", "hate_speech: incitement"),
    ("Dasar Papua bodoh tidak bisa kerja", "hate_speech: insult"),
    ("orang batak itu maling semua, pergi saja", "hate_speech: insult"),
    ("Agama Islam sesat dan bikin negara ini mundur", "hate_speech: insult"),
    ("dasar kafir laknat semuanya di instansi itu", "hate_speech: insult"),
    # out of scope
    ("Mohon cabut UU Cipta Kerja karena merugikan buruh", "scope: law_making"),
    ("Kami menolak RUU Penyiaran, batalkan sekarang", "scope: law_making"),
    ("Saya minta DPR segera sahkan RUU Perampasan Aset", "scope: law_making"),
    ("Saya ingin uji materi pasal penghinaan presiden", "scope: law_making"),
    ("Mohon batalkan putusan hakim yang tidak adil terhadap paman saya", "scope: court_case"),
    ("Vonis ringan untuk koruptor, hukum seberat beratnya dong", "scope: court_case"),
    ("Gugatan cerai saya bagaimana kelanjutannya ya", "scope: court_case"),
    ("Mohon bantuan peninjauan kembali perkara pidana ayah saya", "scope: court_case"),
    ("Motor saya dicuri tadi malam di depan rumah", "scope: crime"),
    ("Saya ditipu penjual di marketplace, barang tidak dikirim", "scope: crime"),
    ("Tetangga saya dibacok orang tak dikenal, tolong tangkap pelaku", "scope: crime"),
    ("Rumah saya kemalingan waktu mudik, emas hilang", "scope: crime"),
    ("Teman saya utang lima juta tidak mau bayar sejak lebaran", "scope: private"),
    ("Suami saya selingkuh dan tidak memberi nafkah", "scope: private"),
    ("Pembagian warisan di keluarga kami tidak adil menurut saya", "scope: private"),
]


@pytest.mark.parametrize(("body", "doubt"), HELD)
def test_what_is_plainly_no_complaint_waits_for_a_person(body: str, doubt: str) -> None:
    finding = examine(report(body), TODAY)

    assert doubt in doubts(finding)
    assert finding.outcome is Outcome.WAITS
    assert opened(report(body), TODAY).state is State.WAITING


@pytest.mark.parametrize("what", ["law_making", "court_case", "crime", "private"])
def test_what_is_out_of_scope_comes_with_advice_where_to_go(what: str) -> None:
    body = next(body for body, doubt in HELD if doubt == f"scope: {what}")

    (hint,) = found(body, Check.SCOPE)

    assert "Arahkan ke" in hint.reason
    assert "Point to" in hint.reason_en


def test_narcotics_are_a_bodys_matter_and_come_with_advice_all_the_same() -> None:
    finding = examine(report("Ada yang jual sabu di gang sebelah rumah tiap malam"), TODAY)

    assert "BNN 184" in finding.of(Check.SCOPE)[0].reason
    assert finding.outcome is Outcome.SURE


def test_who_quotes_an_insult_is_not_taken_for_who_says_it() -> None:
    (hint,) = found("Anak saya dihina dasar Papua oleh gurunya di depan kelas.", Check.HATE_SPEECH)

    assert hint.what == "quoted"
    assert not shipped_policy().holds(hint)


KINDS = [
    ("Mohon informasi syarat membuat akta kelahiran di Dukcapil", Kind.COMPLAINT, Kind.INFORMATION_REQUEST),
    ("Selamat pagi min mau tanya kapan jadwal vaksin anak di puskesmas", Kind.COMPLAINT, Kind.INFORMATION_REQUEST),
    ("gimana cara daftar BPJS buat bayi baru lahir ya", Kind.COMPLAINT, Kind.INFORMATION_REQUEST),
    ("Saya mengusulkan dibangun taman bermain di RW 05", Kind.COMPLAINT, Kind.ASPIRATION),
    ("Alangkah baiknya bila halte diberi atap dan tempat duduk", Kind.COMPLAINT, Kind.ASPIRATION),
    ("Kami berharap perpustakaan desa buka sampai malam", Kind.INFORMATION_REQUEST, Kind.ASPIRATION),
    ("Lampu jalan padam dan jalan berlubang sejak lama", Kind.ASPIRATION, Kind.COMPLAINT),
    ("Pengaduan saya belum ditindaklanjuti sejak Maret", Kind.INFORMATION_REQUEST, Kind.COMPLAINT),
    ("Bagaimana cara melaporkan? Air PDAM tidak mengalir, saya kecewa", Kind.COMPLAINT, None),
    ("Jalan rusak parah, mohon dipertimbangkan untuk diaspal", Kind.COMPLAINT, None),
    ("Jalan rusak parah di depan pasar sejak lama", Kind.COMPLAINT, None),
    ("Usul agar sungai dikeruk karena sering banjir", Kind.ASPIRATION, None),
    ("Berapa biaya membuat paspor dan apa syaratnya", Kind.INFORMATION_REQUEST, None),
]


@pytest.mark.parametrize(("body", "given", "suggested"), KINDS)
def test_another_kind_is_suggested_where_the_text_says_one(body: str, given: Kind, suggested: Kind | None) -> None:
    finding = examine(report(body, kind=given), TODAY)

    assert [hint.suggests for hint in finding.of(Check.KIND)] == ([suggested] if suggested else [])
    assert finding.outcome is Outcome.SURE


CATEGORIES = [
    ("Jalan rusak dan berlubang di depan pasar", "LK08.007"),
    ("jln rusak parah aspalnya mengelupas", "LK08.007"),
    ("Jembatan gantung di desa kami hampir putus, jembatan rusak", "LK08.008"),
    ("Anak saya jadi korban perundungan, dipukul guru di sekolah", "LK19.009"),
    ("Pungutan sekolah untuk seragam sekolah sangat mahal", "LK10.009"),
    ("Korban kekerasan dalam rumah tangga tidak dibantu", "LK05.004"),
    ("Fogging nyamuk dan demam berdarah tidak ditangani", "LK04.211"),
    ("Tiang listrik miring dan kabel menjuntai", "LK16.012"),
]


@pytest.mark.parametrize(("body", "code"), CATEGORIES)
def test_a_category_of_lapors_own_tree_is_suggested(body: str, code: str) -> None:
    suggested = [hint.suggests for hint in found(body, Check.CATEGORY)]

    assert code in suggested
    assert len(suggested) <= 3


def test_a_suggested_category_is_not_filled_in_as_routing_would_weigh_the_same_words_twice() -> None:
    case = opened(report("Jalan rusak dan berlubang di depan pasar sejak lama"), TODAY)

    assert case.state is State.VERIFIED
    assert case.report.category is None


CARE = [
    ("Kabel listrik putus menjuntai di jalan depan sekolah, anak-anak lewat", "urgent"),
    ("Kami masih terjebak banjir di lantai dua, butuh evakuasi", "urgent"),
    ("Jembatan ambruk tadi pagi dan masih dilewati motor", "urgent"),
    ("Ada siswa keracunan MBG massal di SD kami hari ini", "urgent"),
    ("Bau gas menyengat dari pipa di Jalan Mawar, gas bocor", "urgent"),
    ("Tetangga kami ingin bunuh diri, mohon petugas datang", "urgent sensitive"),
    ("Saya korban kekerasan dalam rumah tangga, takut pulang", "sensitive"),
    ("Anak saya dibully dan dipukul guru di SMP Negeri 1", "sensitive"),
    ("Terjadi pelecehan seksual di bus Transjakarta tadi pagi", "sensitive"),
    ("Mohon identitas saya dirahasiakan, saya takut diancam kepala desa", "sensitive"),
    ("Jalan rusak parah sejak lama di depan pasar", ""),
    ("Banjir setiap hujan karena drainase mampet", ""),
    ("Antrean di unit gawat darurat lama sekali", ""),
    ("Nomor darurat kelurahan tidak bisa dihubungi", ""),
    ("Pasar malam mengganggu, mohon segera ditertibkan", ""),
    ("Polisi lambat menangani kemacetan di simpang lima", ""),
]


@pytest.mark.parametrize(("body", "marks"), CARE)
def test_what_is_urgent_or_sensitive_is_marked_and_goes_on(body: str, marks: str) -> None:
    care = opened(report(body), TODAY).care

    assert " ".join(name for name in ("urgent", "sensitive") if getattr(care, name)) == marks


def test_an_alleged_abuse_of_office_hints_at_supervision_which_only_a_person_decides() -> None:
    case = opened(report("Kepala dinas menyelewengkan dana, mark up proyek jalan sejak 2024"), TODAY)

    assert [hint.what for hint in case.finding.of(Check.SUPERVISION)] == ["oversight"]
    assert not case.care.supervised


LACKING = [
    ("Petugas meminta uang di Kantor Imigrasi Malang", "when"),
    ("kemarin petugas meminta uang kepada saya", "where"),
    ("tolong pak", "what where when"),
    ("Jalan rusak di Jl. Melati", ""),
    ("Sampah tidak diangkut di Kota Padang sejak Senin", ""),
]

NOWHERE = {"region_code": None, "place": None, "agency_code": None, "occurred_on": None}


@pytest.mark.parametrize(("body", "lacking"), LACKING)
def test_what_is_missing_is_named_and_asked_back_once(body: str, lacking: str) -> None:
    given = report(body, title="", **NOWHERE)
    missing = tuple(Missing(part) for part in lacking.split())

    case = opened(given, TODAY)

    assert case.finding.missing == missing
    assert case.state is (State.RETURNED if missing else State.VERIFIED)
    assert opened(report(body, title="", **NOWHERE, asks=(Missing.WHERE,)), TODAY).state is not State.RETURNED


def test_one_sentence_asks_for_all_that_is_missing() -> None:
    assert asking_for((Missing.WHERE, Missing.WHEN)) == (
        "Laporan Anda sudah kami baca. Mohon lengkapi: "
        "di mana kejadiannya, atau instansi mana yang dimaksud, dan kapan terjadinya."
    )


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("Mohon informasi syarat membuat paspor baru", id="a question lacks no date"),
        pytest.param("Usir orang Cina dari negeri ini semuanya", id="hate"),
        pytest.param("wkwkwkwk gabut", id="a joke"),
        pytest.param("Kami masih terjebak banjir butuh evakuasi", id="who is in danger is called, not asked"),
    ],
)
def test_where_more_than_a_part_is_in_doubt_a_person_asks(body: str) -> None:
    assert opened(report(body, title="", **NOWHERE), TODAY).state is State.WAITING


def test_a_report_dated_tomorrow_waits() -> None:
    finding = examine(received(occurred_on=TODAY + timedelta(days=1)), TODAY)

    assert doubts(finding) == ["clarity: future"]
    assert finding.reasons == ("Tanggal kejadian berada di masa depan.",)


def test_no_reason_quotes_the_report() -> None:
    finding = examine(report("Budi Santoso dari Jalan Kamboja 7 melakukan pungutan sekolah dan jalan rusak."), TODAY)

    assert finding.hints
    assert not any(name in hint.reason for hint in finding.hints for name in ("Budi", "Kamboja"))
