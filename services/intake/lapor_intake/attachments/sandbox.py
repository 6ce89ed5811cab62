"""Examines a file in a process of its own: with little memory and time, without our keys, and killed when it hangs.

Decoders are large programs in C that read whatever somebody sends. What they do to themselves ends with their process.
"""

import json
import subprocess
import sys
from threading import BoundedSemaphore

from lapor_chassis.errors import AwayError
from lapor_chassis.telemetry import log
from lapor_intake.attachments.verdicts import Cleaned, UnfitError, too_costly

#: Of address space. A picture of 40 megapixels needs half of it.
MEMORY = 1 << 30
#: Of the processor; and as long again to wait for it. A picture of 40 megapixels takes two.
SECONDS = 10
#: As many at a time, so that this process has threads left for reports; others wait for their turn, but not for long.
_TURNS = BoundedSemaphore(2)
_PATIENCE = 5


class BusyError(AwayError):
    """Too many files are being examined just now: come again."""


def examined(data: bytes, *, memory: int = MEMORY) -> Cleaned:
    """The file as it can be shown; raises `UnfitError` where it cannot, and `BusyError`."""
    command = [sys.executable, "-I", "-m", "lapor_intake.attachments.examination", str(memory), str(SECONDS)]
    if not _TURNS.acquire(timeout=_PATIENCE):
        raise BusyError("the examination of attachments is busy")
    try:
        # Without our environment: keys are in there.
        ran = subprocess.run(command, input=data, capture_output=True, env={}, timeout=2 * SECONDS)
    except subprocess.TimeoutExpired:
        raise too_costly() from None
    finally:
        _TURNS.release()
    if ran.returncode:
        log.warning("an examination broke off", status=ran.returncode, size=len(data))
        raise too_costly()
    line, _, display = ran.stdout.partition(b"\n")
    verdict = json.loads(line)
    if "unfit" in verdict:
        raise UnfitError(*verdict["unfit"])
    return Cleaned(verdict["media_type"], display)
