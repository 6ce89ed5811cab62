"""The samples: one message of each version of each event, from the day it was first said. They stay for ever."""

from pathlib import Path
from typing import Any

import orjson

FOLDER = Path(__file__).parents[2] / "libs" / "contracts" / "samples"

#: By file name. An event that has grown gets a further sample (``report.routed.v1-2.json``) that has the new fields.
SAMPLES: dict[str, bytes] = {path.stem: path.read_bytes() for path in sorted(FOLDER.glob("*.json"))}


def sample(event_type: str) -> dict[str, Any]:
    """The first sample of an event, to be changed as the test likes."""
    document: dict[str, Any] = orjson.loads(SAMPLES[event_type])
    return document
