"""Words that must be known to tell names from the rest."""


def words(listed: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(listed.split())


#: What follows a salutation and is no name: offices, and words that begin a sentence.
NOT_NAMES = words(
    """
    admin administrator agar anak anda anggota apakah aparat asisten atau bapak baru bendahara beserta bidan bila
    bp bpjs bpk bu bupati camat dan danramil dari dengan desa di dinas dinsos direktur dirut disdukcapil dishub
    dispenduk dispendukcapil dokter dosen dprd dukcapil gubernur guru hakim hamil harus hukum ibu ini itu jaksa
    jalan jawa juga kabid kader kades kadis kadus kalau kalo kami kandung kapolda kapolres kapolri kapolsek kasad
    kasi kasir kasubag ke keamanan kelurahan kenapa kep kepala kepolisian kepsek ketua kita komandan kos kota kua
    kurir lansia lapor lurah mandor mantan mantri masih melaporkan mengapa menteri mhn minta mohon ngapunten no
    nomor nya ogah oleh operator pada pak panitia para pdam pegawai pejabat pelapor pemda pemerintah pemilik
    pemimpin pemkab pemkot pendamping pengawas pengurus penjaga perangkat perawat pertiwi petugas pihak pimpinan pj
    pkk pln plt polantas polisi presiden rt rumah rw saat saja sakit satpam satpol satuan saya sebagai sekalian
    sekcam sekda sekdes sekolah sekota sekretaris selaku semoga semua sering setiap sopir staf staff sudah supir sy
    tangga tapi terhormat terima terimakasih tersebut tidak tni tolong untuk wakil wali walikota warga warung yang
    yth
    """
)

#: Names that are words too: alone they say nothing of their bearer, and a report cannot do without them.
ORDINARY = words(
    """
    abadi ada adil agung agustus air aman anggrek angin api april asli asri awan bagus bahagia bahari baik bakti
    bangsa barat baru batu benar berkah bersih besar bin bintang binti biru budaya bukit bulan bumi bunga cahaya
    cempaka cinta citra dahlia damai danau darma desember dharma embun emas februari fitri gunung gempa hari
    harapan harum hijau hujan ilham indah indonesia intan islam istimewa jaya jujur juli jumat juni kamis karya
    kasih kenanga kencana kota kurnia laut lestari lima logam maju makmur malam mandiri maret mawar mega mei melati
    merah merdeka minggu mulia muda mutiara nasib november nusantara oktober padi pagi pahlawan pasar pelita permai
    permata perdana permana pertama pertiwi pratama pribadi puncak pusaka pusat putih putra putri raja ratu raya
    rejeki restu rezeki rimba rukun sabar sabtu sakti salam samudra satria satu sawah sehat sejati selamat senin
    sentosa september seruni setia siang suci sungai surya taman tani tanjung teguh telaga teratai terang timur
    tulus umum untung utama utara wangi wijaya
    """
)

#: What follows them is the name of a place, even if it was a person's once.
PLACES = words(
    """
    bandara desa dusun gang gg gunung jalan jembatan jl jln kab kabupaten kampung kampus kec kecamatan kel
    kelurahan komplek kota kp lapangan masjid museum musala pasar perumahan provinsi pulau rs rsu rsud sakit simpang
    stadion stasiun sungai terminal universitas
    """
)
