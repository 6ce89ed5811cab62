"""What bodies read in letters and in requests, where they have no page before them."""

from lapor_contracts.vocabulary import DispositionEnd

#: Why nothing more is to be done.
ENDS = {
    DispositionEnd.CLOSED: "Laporan ini sudah ditutup. (This report is closed.)",
    DispositionEnd.RECALLED: (
        "Laporan ini ditarik kembali untuk diperiksa ulang. (This report was taken back to be checked again.)"
    ),
    DispositionEnd.RELEASED: "Laporan ini tidak lagi memerlukan instansi Anda. (Your agency is not needed after all.)",
    DispositionEnd.WITHDRAWN: "Laporan ini ditarik oleh pelapornya. (This report was withdrawn by its reporter.)",
    DispositionEnd.REFERRED: "Laporan ini dialihkan ke Ombudsman. (This report was referred to the Ombudsman.)",
    DispositionEnd.REOPENED: (
        "Pelapor tidak menerima jawabannya; atasan yang menangani. "
        "(The reporter did not accept the answer; a superior sees to it.)"
    ),
}
