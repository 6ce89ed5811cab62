"""What a file is, by its content, and whether it can be shown. Pure; `sandbox` runs it where it can do no harm."""

import json
import re
import resource
import sys
from io import BytesIO
from zipfile import ZipFile

import filetype

from lapor_intake.attachments import documents, images, videos
from lapor_intake.attachments.verdicts import Cleaned, UnfitError, two_in_one, unknown_type

MEDIA_TYPES = (documents.MEDIA_TYPE, *images.FORMATS, videos.MEDIA_TYPE)

#: What other types of file begin with or are made of, where a program could take this file for one of them.
_OTHER_TYPES = re.compile(
    rb"<(script|html|iframe|svg|\?php)[\s>]|<!doctype html|javascript:|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c", re.IGNORECASE
)
#: Readers of PDF look for its beginning this far into a file.
_PDF_BEGINS_WITHIN = 1024


def examine(data: bytes) -> Cleaned:
    """The file as it can be shown; raises `UnfitError` where it cannot."""
    media_type = filetype.guess_mime(data[:8192]) or ""
    if media_type in images.FORMATS:
        cleaned = images.clean(data, media_type)
    elif media_type == documents.MEDIA_TYPE:
        cleaned = documents.clean(data)
    elif media_type == videos.MEDIA_TYPE:
        cleaned = videos.clean(data)
    else:
        raise unknown_type()
    if _OTHER_TYPES.search(cleaned.left_out) or data.find(b"%PDF-", 1, _PDF_BEGINS_WITHIN) > 0 or _is_archive(data):
        raise two_in_one()
    return cleaned


def _is_archive(data: bytes) -> bool:
    """Whether this is a ZIP too: their readers begin at the end. Office documents and Java programs are ZIPs."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            return bool(archive.infolist())
    except Exception:  # of what is no archive it may say anything
        return False


def main(memory: int, seconds: int) -> None:
    """Examine what comes in; what goes out is a line with the verdict, and the file for display."""
    for limit, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))
    try:
        media_type, display, _ = examine(sys.stdin.buffer.read())
        verdict = json.dumps({"media_type": media_type})
    except UnfitError as unfit:
        verdict, display = json.dumps({"unfit": [unfit.code, *unfit.said]}), b""
    sys.stdout.buffer.write(verdict.encode() + b"\n" + display)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
