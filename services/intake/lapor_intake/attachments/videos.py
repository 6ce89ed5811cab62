"""MP4 videos: shown as they were filmed, with everything blanked that is neither pictures nor sound.

Nothing is encoded anew: a box that is not needed to play becomes free space of the same size, so that all places which
the index names stay where they are. What is needed is a list; whatever else cameras invent is blanked.
"""

from collections.abc import Iterator
from typing import NamedTuple

from lapor_intake.attachments.verdicts import Cleaned, damaged, unknown_track

MEDIA_TYPE = "video/mp4"

#: By box, what is kept in it (ISO/IEC 14496-12). What is not a key here is kept whole.
_KEPT: dict[bytes, frozenset[bytes]] = {
    path: frozenset(kinds.encode().split())
    for path, kinds in {
        b"": "ftyp styp moov moof mdat sidx mfra",
        b"moov": "mvhd trak mvex",
        b"trak": "tkhd edts mdia tref",
        b"mdia": "mdhd hdlr minf",
        b"minf": "vmhd smhd dinf stbl",
        b"stbl": "stsd stts ctts cslg stss stps stsc stsz stz2 stco co64 sdtp sgpd sbgp subs",
        b"moof": "mfhd traf",
        b"traf": "tfhd tfdt trun sdtp sgpd sbgp subs saiz saio",
    }.items()
}
_PLAYERS = frozenset({b"vide", b"soun"})


class _Box(NamedTuple):
    kind: bytes
    start: int
    """Of its header."""
    payload: int
    end: int


def clean(data: bytes) -> Cleaned:
    """The video for display."""
    display, left_out = bytearray(data), list[bytes]()
    kept = list(_kept(display, left_out, b"", 0, len(data)))
    if kept[:1] != [b"ftyp"] or kept.count(b"moov") != 1 or b"mdat" not in kept or b"vide" not in kept:
        raise damaged()
    return Cleaned(MEDIA_TYPE, bytes(display), b"\n".join(left_out))


def _kept(data: bytearray, left_out: list[bytes], within: bytes, start: int, end: int) -> Iterator[bytes]:
    """Blank what is not needed; tells the kinds of the boxes that are, and who plays the tracks."""
    for box in list(_boxes(data, start, end)):
        if box.kind not in _KEPT[within]:
            left_out.append(bytes(data[box.payload : box.end]))
            data[box.start + 4 : box.start + 8] = b"free"
            data[box.payload : box.end] = bytes(box.end - box.payload)
            continue
        yield box.kind
        if box.kind in _KEPT:
            yield from _kept(data, left_out, box.kind, box.payload, box.end)
        elif box.kind == b"hdlr":
            player = bytes(data[box.payload + 8 : box.payload + 12])
            if player not in _PLAYERS:
                raise unknown_track()
            yield player


def _boxes(data: bytearray, start: int, end: int) -> Iterator[_Box]:
    """The boxes that fill a stretch of the file exactly."""
    at = start
    while at < end:
        size, kind, payload = int.from_bytes(data[at : at + 4]), bytes(data[at + 4 : at + 8]), at + 8
        if size == 1:  # the size stands behind, because it may be a large one
            size, payload = int.from_bytes(data[at + 8 : at + 16]), at + 16
        elif size == 0:  # up to the end
            size = end - at
        if payload > at + size or at + size > end:
            raise damaged()
        yield _Box(kind, at, payload, at + size)
        at += size
