"""What becomes of a file that somebody sent: cleaned, or unfit. The words are for whoever sent it."""

from typing import NamedTuple


class Cleaned(NamedTuple):
    """A file that can be shown, and what was left out of it: where something else could hide."""

    media_type: str
    display: bytes
    left_out: bytes = b""


class UnfitError(Exception):
    """A file that cannot be taken: why, in Indonesian and in English. Holds nothing of the file, nor of its name."""

    def __init__(self, code: str, indonesian: str, english: str) -> None:
        super().__init__(code)
        self.code = code
        self.said = indonesian, english


def unknown_type() -> UnfitError:
    """Its content is nothing that we show."""
    return UnfitError(
        "attachment-type",
        "Jenis berkas ini tidak dapat diterima. Kirim PDF, JPEG, PNG, WebP, atau MP4.",
        "Files of this type are not taken. Send PDF, JPEG, PNG, WebP or MP4.",
    )


def damaged() -> UnfitError:
    """It says that it is something, and cannot be read as that."""
    return UnfitError(
        "attachment-damaged",
        "Berkas ini rusak atau tidak lengkap.",
        "This file is damaged or incomplete.",
    )


def too_costly() -> UnfitError:
    """A small file that would unpack to a huge one."""
    return UnfitError(
        "attachment-too-costly",
        "Isi berkas ini terlalu besar untuk dibuka. Kirim gambar paling banyak 40 megapiksel.",
        "What this file unpacks to is too large. Send pictures of at most 40 megapixels.",
    )


def two_in_one() -> UnfitError:
    """A file that is also a file of another type, or that carries one."""
    return UnfitError(
        "attachment-polyglot",
        "Berkas ini memuat berkas atau kode lain di dalamnya. Kirim ulang hanya gambar, video, atau dokumennya.",
        "This file carries another file or code inside. Send the picture, video or document alone.",
    )


def encrypted() -> UnfitError:
    """A document that asks for a password, or restricts what may be done with it."""
    return UnfitError(
        "attachment-encrypted",
        "Dokumen ini terkunci atau memakai kata sandi. Kirim tanpa kata sandi.",
        "This document is locked or has a password. Send it without one.",
    )


def active() -> UnfitError:
    """A document that does something when it is opened."""
    return UnfitError(
        "attachment-active",
        "Dokumen ini memuat skrip, makro, formulir XFA, atau perintah. Cetak ke PDF biasa lalu kirim ulang.",
        "This document holds scripts, macros, XFA forms or commands. Print it to a plain PDF and send that.",
    )


def unknown_track() -> UnfitError:
    """A video with more than pictures and sound: drones and action cameras write down where they are."""
    return UnfitError(
        "attachment-track",
        "Video ini memuat jalur data selain gambar dan suara, misalnya lokasi. Kirim ulang tanpa jalur itu.",
        "This video has a track of data beside pictures and sound, such as locations. Send it without.",
    )
