"""Where files lie: a directory or an S3-compatible store, each file under the SHA-256 of what is stored."""

import os
import pickle
import socket
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from lapor_chassis.errors import AwayError

#: Seconds that a process of its own may take.
_PATIENCE = 120


class StorageError(AwayError):
    """The store cannot be reached, or does not have the file. Come again."""


class Storage:
    """A store, by its address: ``file:///…``, a path, or ``s3://bucket/prefix``."""

    def __init__(self, address: str) -> None:
        self.address = address
        try:
            self._files, self._root = url_to_fs(address)
        except ImportError as error:  # fsspec knows more kinds of store than we bring libraries for
            raise ValueError(str(error)) from None

    @property
    def stands_on_asyncio(self) -> bool:
        """Whether it needs an event loop of its own."""
        return bool(self._files.async_impl)

    def put(self, contents: Mapping[str, bytes]) -> None:
        """Store files under their names; they survive a power cut from here on."""
        with _troubles():
            for name, content in contents.items():
                if isinstance(self._files, LocalFileSystem):
                    self._put_durably(self._path(name), content)
                else:
                    self._files.pipe_file(self._path(name), content)

    def get(self, name: str) -> bytes:
        """The file that was stored under this name."""
        with _troubles():
            content: bytes = self._files.cat_file(self._path(name))
        return content

    def remove(self, names: Collection[str]) -> None:
        """Remove files, as far as they are there."""
        with _troubles():
            for name in names:
                with suppress(FileNotFoundError):
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


class StorageApart(Storage):
    """The same by a process of its own each time: s3fs stands on asyncio, which cannot run among greenlets."""

    def put(self, contents: Mapping[str, bytes]) -> None:
        """Store files under their names."""
        self._ask("put", contents)

    def get(self, name: str) -> bytes:
        """The file that was stored under this name."""
        content: bytes = self._ask("get", name)
        return content

    def remove(self, names: Collection[str]) -> None:
        """Remove files, as far as they are there."""
        self._ask("remove", names)

    def _ask(self, what: str, given: Any) -> Any:
        with _troubles():
            asked = pickle.dumps((self.address, what, given))
            command = [sys.executable, "-m", "lapor_intake.attachments.storage"]
            return pickle.loads(  # noqa: S301 - it comes from ourselves
                subprocess.run(command, input=asked, stdout=subprocess.PIPE, timeout=_PATIENCE, check=True).stdout
            )


def open_storage(address: str) -> Storage:
    """The store at an address, in the form that works in this process."""
    storage = Storage(address)
    is_green = socket.socket.__module__.startswith("eventlet")
    return StorageApart(address) if is_green and storage.stands_on_asyncio else storage


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


def _answer() -> None:
    """Do what `StorageApart` asks for."""
    address, what, given = pickle.load(sys.stdin.buffer)  # noqa: S301 - it comes from ourselves
    sys.stdout.buffer.write(pickle.dumps(getattr(Storage(address), what)(given)))


if __name__ == "__main__":
    _answer()
