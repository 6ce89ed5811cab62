"""Where files lie: a directory or an S3-compatible store, each file under the SHA-256 of what is stored."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from lapor_chassis.errors import AwayError


class StorageError(AwayError):
    """The store cannot be reached, or does not have the file. Come again."""


class Storage:
    """A store, by its address: ``file:///…``, a path, or ``s3://bucket/prefix``."""

    def __init__(self, address: str) -> None:
        try:
            self._files, self._root = url_to_fs(address)
        except ImportError as error:  # s3fs is an extra
            raise ValueError(str(error)) from None

    def put(self, name: str, content: bytes) -> None:
        """Store a file; it survives a power cut from here on."""
        path = self._path(name)
        with _troubles():
            if isinstance(self._files, LocalFileSystem):
                self._put_durably(path, content)
            else:
                self._files.pipe_file(path, content)

    def get(self, name: str) -> bytes:
        """The file that was stored under this name."""
        with _troubles():
            content: bytes = self._files.cat_file(self._path(name))
        return content

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        with _troubles(), suppress(FileNotFoundError):
            self._files.rm_file(self._path(name))

    def _path(self, name: str) -> str:
        return f"{self._root}/{name[:2]}/{name}"

    def _put_durably(self, path: str, content: bytes) -> None:
        folder = Path(path).parent
        is_new = not folder.exists()
        self._files.makedirs(str(folder), exist_ok=True)
        with self._files.open(path, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _sync(folder)
        if is_new:
            _sync(folder.parent)


def _sync(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _troubles() -> Iterator[None]:
    try:
        yield
    except Exception as error:  # every kind of store has errors of its own, and some name addresses and keys
        raise StorageError(f"the store of attachments does not answer ({type(error).__name__})") from None
