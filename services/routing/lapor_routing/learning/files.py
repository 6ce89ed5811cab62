"""A model as a file: numbers and a description, checked before anything is believed. Never a pickle."""

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import marshmallow as ma
import numpy as np
import numpy.typing as npt

from lapor_routing.learning.encoding import COLUMNS, PIECES, WORDS, Rarity
from lapor_routing.learning.model import Calibration, Model, Weights

FORMAT = "lapor-routing-model"
#: Another one where reports are turned into other numbers.
FORMAT_VERSION = 2
LARGEST = 200 * 1024**2
#: What a file unpacks to at most.
LARGEST_UNPACKED = 4 * LARGEST

Arrays = Mapping[str, npt.NDArray[Any]]
_TYPES = {
    "words": np.float32,
    "pieces": np.float32,
    "columns": np.int32,
    "values": np.float16,
    "start": np.float32,
    "seen": np.uint64,
}


#: What the libraries say of files that are none of theirs, or are not whole.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    ValueError,
    MemoryError,
    OverflowError,
    NotImplementedError,
)


class ModelFileError(ValueError):
    """A file is no model that can be used; the text says why."""


class _Calibration(ma.Schema):
    sharpness = ma.fields.Float(required=True)
    slope = ma.fields.Float(required=True)
    offset = ma.fields.Float(required=True)


class _Description(ma.Schema):
    format = ma.fields.String(required=True, validate=ma.validate.Equal(FORMAT))
    format_version = ma.fields.Integer(required=True)
    digest = ma.fields.String(required=True)
    bodies = ma.fields.List(ma.fields.String(), required=True, validate=ma.validate.Length(min=1))
    regions = ma.fields.Dict(ma.fields.String(), ma.fields.List(ma.fields.Integer()), required=True)
    calibration = ma.fields.Nested(_Calibration, required=True)
    figures = ma.fields.Dict(ma.fields.String(), ma.fields.Float(), required=True)
    rules_version = ma.fields.String(required=True)


def save(model: Model, path: Path) -> Model:
    """Write a model, at once or not at all; returns it with its version, the beginning of its digest."""
    arrays: dict[str, npt.NDArray[Any]] = {
        "words": model.rarity.words,
        "pieces": model.rarity.pieces,
        "columns": model.weights.columns,
        "values": model.weights.values.astype(np.float16),
        "start": model.weights.start,
        "seen": model.seen,
    }
    description = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "bodies": model.bodies,
        "regions": model.regions,
        "calibration": asdict(model.calibration),
        "figures": model.figures,
        "rules_version": model.rules_version,
    }
    digest = _digest(description, arrays)
    content = io.BytesIO()
    np.savez_compressed(content, allow_pickle=False, **arrays, description=_as_bytes({**description, "digest": digest}))
    if content.tell() > LARGEST:
        raise ModelFileError(f"the model would have {content.tell():,} bytes; at most {LARGEST:,}")
    beside = path.with_name(path.name + ".part")
    beside.write_bytes(content.getvalue())
    beside.replace(path)
    return replace(model, version=_version(digest))


def load(path: Path) -> Model:
    """The model in a file; a `ModelFileError` if it is broken, or no model of ours."""
    try:
        description, arrays = _read(path)
        told = _Description().load(description)
    except ma.ValidationError as error:
        raise ModelFileError(f"not a model that `lapor routing train` has made: {error.messages}") from None
    except ModelFileError:
        raise
    except _BROKEN as error:
        raise ModelFileError(f"broken, or not a model that `lapor routing train` has made ({error})") from None
    digest = told["digest"]
    if digest != _digest({name: value for name, value in description.items() if name != "digest"}, arrays):
        raise ModelFileError("its content has been changed since it was made: the digest is another one")
    _check_shapes(told, arrays)
    return Model(
        bodies=tuple(told["bodies"]),
        regions={code: tuple(bodies) for code, bodies in told["regions"].items()},
        rarity=Rarity(arrays["words"], arrays["pieces"]),
        weights=Weights(arrays["columns"], arrays["values"].astype(np.float32), arrays["start"]),
        calibration=Calibration(**told["calibration"]),
        figures=told["figures"],
        rules_version=told["rules_version"],
        seen=arrays["seen"],
        version=_version(digest),
    )


def _read(path: Path) -> tuple[dict[str, Any], Arrays]:
    if path.stat().st_size > LARGEST:
        raise ModelFileError(f"larger than {LARGEST:,} bytes")
    with zipfile.ZipFile(path) as packed:
        if sum(part.file_size for part in packed.infolist()) > LARGEST_UNPACKED:
            raise ModelFileError(f"unpacks to more than {LARGEST_UNPACKED:,} bytes")
    with np.load(path, allow_pickle=False) as content:
        description = json.loads(bytes(content["description"].astype(np.uint8)))
        if not isinstance(description, dict):
            raise ModelFileError("its description is no object")
        made_by = description.get("format"), description.get("format_version")
        if made_by[0] == FORMAT and made_by[1] != FORMAT_VERSION:
            raise ModelFileError(f"of format {made_by[1]}; this version reads {FORMAT_VERSION}: train it again")
        return description, {name: content[name] for name in _TYPES}


def _check_shapes(told: Mapping[str, Any], arrays: Arrays) -> None:
    bodies, columns = len(told["bodies"]), arrays["columns"]
    wanted = {
        "words": (WORDS,),
        "pieces": (PIECES,),
        "columns": (len(columns),),
        "values": (len(columns), bodies),
        "start": (bodies,),
        "seen": (len(arrays["seen"]),),
    }
    for name, shape in wanted.items():
        if arrays[name].dtype != _TYPES[name] or arrays[name].shape != shape:
            raise ModelFileError(f"{name} has not the form {shape} of {np.dtype(_TYPES[name])}")
        if not np.all(np.isfinite(arrays[name])):
            raise ModelFileError(f"{name} holds what is no number")
    if len(columns) and (columns.min() < 0 or columns.max() >= COLUMNS):
        raise ModelFileError("columns are out of range")
    if any(not 0 <= body < bodies for known in told["regions"].values() for body in known):
        raise ModelFileError("a region has a body that is not in the list")


def _digest(description: Mapping[str, Any], arrays: Arrays) -> str:
    digest = hashlib.sha256(_as_bytes(description).tobytes())
    for name in sorted(_TYPES):
        digest.update(name.encode() + str(arrays[name].shape).encode() + np.ascontiguousarray(arrays[name]).tobytes())
    return digest.hexdigest()


def _as_bytes(description: Mapping[str, Any]) -> npt.NDArray[np.uint8]:
    return np.frombuffer(json.dumps(description, sort_keys=True).encode(), np.uint8)


def _version(digest: str) -> str:
    return digest[:12]
