"""Examples of the right form, bent: bytes put in, taken out and changed, values of JSON swapped for others."""

import json
from typing import Any

from hypothesis import strategies as st

_ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=40),
    st.just("\0"),
    st.just("\ud800"),
    st.just("x" * 20_000),
    st.lists(st.none() | st.integers() | st.text(max_size=5), max_size=3),
    st.dictionaries(st.text(max_size=8), st.none() | st.integers() | st.text(max_size=5), max_size=3),
)


def bent(examples: tuple[bytes, ...]) -> st.SearchStrategy[bytes]:
    """Any bytes, or one of the examples after a few changes."""
    right = st.sampled_from(examples)
    strategies = [st.binary(max_size=400), right, right.flatmap(_edited)]
    documents = [content for example in examples if (content := _read(example)) is not None]
    if documents:
        strategies.append(st.sampled_from(documents).flatmap(_swapped))
    return st.one_of(strategies)


def _edited(content: bytes) -> st.SearchStrategy[bytes]:
    edit = st.tuples(st.integers(0, len(content)), st.integers(0, 20), st.binary(max_size=20))
    return st.lists(edit, min_size=1, max_size=4).map(lambda edits: _with(content, edits))


def _with(content: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    for at, length, instead in edits:
        content = content[:at] + instead + content[at + length :]
    return content


def _read(content: bytes) -> Any:
    try:
        read = json.loads(content)
    except ValueError:
        return None
    return read if isinstance(read, dict) else None


def _swapped(document: Any) -> st.SearchStrategy[bytes]:
    return st.tuples(st.sampled_from(_paths(document)), _ODD).map(
        lambda change: json.dumps(_put(document, *change)).encode("utf-8", "replace")
    )


def _paths(document: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    return [above, *(path for name, value in inner for path in _paths(value, (*above, name)))]


def _put(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    name, *rest = path
    if isinstance(document, dict):
        return {**document, name: _put(document[name], tuple(rest), value)}
    return [_put(one, tuple(rest), value) if at == name else one for at, one in enumerate(document)]
