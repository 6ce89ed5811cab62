"""Takes files in, whole or part by part, gives them to reports, shows them, and forgets them.

A file in the store is named in the database before it is written, and counts only after: a crash in between leaves a
name, by which the sweep finds and removes it. Nothing is written to the store within a transaction.
"""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import cast
from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_chassis.settings import setting
from lapor_chassis.transactions import Transaction, Transactions
from lapor_contracts.events import Attachment
from lapor_intake.attachments import sandbox, store
from lapor_intake.attachments.storage import Storage
from lapor_intake.attachments.store import DISPLAY, LIFETIME, ORIGINAL, PART, File, Shown, Upload
from lapor_intake.attachments.verdicts import UnfitError
from lapor_intake.domain import Fingerprints
from lapor_intake.vault import Sealed, Vault

MOST_OF_A_REPORT = 5

#: Later by more than any report takes that named it in time.
_SWEPT_AFTER = LIFETIME + timedelta(hours=1)
_AT_ONCE = 50
#: Beyond the first ones, parts that are smaller than this on average would fill the store with crumbs.
_FIRST_PARTS, _SMALLEST_PART = 16, 8 * 1024


def _megabytes(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1024:
        raise ValueError("must be a whole number from 1 to 1024")
    return int(text)


def _storage(text: str) -> str:
    Storage(text)  # says so if there is no such kind of store
    return text


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where files lie, and how large they may be."""

    attachments: str = setting("LAPOR_INTAKE_ATTACHMENTS", default="var/attachments", read=_storage)
    attachment_mb: int = setting("LAPOR_INTAKE_ATTACHMENT_MB", default=10, read=_megabytes)


def _refusal(code: str, indonesian: str, english: str, *, field: str = "file") -> Refusal:
    return Refusal(f"{indonesian} ({english})", code=code, errors={field: [f"{indonesian} / {english}"]})


_OFF = _refusal("upload-offset", "Bagian ini tidak menyambung.", "This part does not follow the last one.")


class Attachments:
    """All that comes with reports as a file."""

    def __init__(
        self, transactions: Transactions, vault: Vault, fingerprints: Fingerprints, storage: Storage, largest: int
    ) -> None:
        self._transactions = transactions
        self._vault = vault
        self._fingerprints = fingerprints
        self._storage = storage
        self.largest = largest
        """Bytes."""

    def take_in(self, content: bytes, key: tuple[str, str] | None = None) -> Attachment | Refusal:
        """Keep a file, for a report to name by its id; or say why it cannot be taken.

        The same file under the same ``key`` (of the submission that will name it) is the same attachment, however
        often it is handed in. Call it before the transaction of the report: it has its own.
        """
        attachment_id = self._id_of(content, key) if key else uuid.uuid4()
        begun = self.begin(len(content), attachment_id)
        if isinstance(begun, Refusal):
            return begun
        taken = begun if begun.media_type else self.receive(attachment_id, 0, content)
        if taken is _OFF:  # perhaps sent twice at the same time, and the other one has come first
            with self._transactions.read() as connection:
                taken = store.find(connection, attachment_id) or _OFF
        if isinstance(taken, Refusal):
            return taken
        return Attachment(id=attachment_id, media_type=taken.media_type or "", size=taken.size or 0)

    def begin(self, length: int, attachment_id: UUID | None = None) -> Upload | Refusal:
        """Expect a file of so many bytes."""
        if length > self.largest:
            return _refusal("attachment-too-large", *self.too_large())
        if length < 1:
            return _refusal("attachment-empty", "Berkas ini kosong.", "This file is empty.")
        attachment_id = attachment_id or uuid.uuid4()
        with self._transactions.begin() as tx:
            store.add(tx, attachment_id, length)
            return cast(Upload, store.find(tx, attachment_id))  # at least since just now

    def too_large(self) -> tuple[str, str]:
        """What is said of a file that is, in both languages."""
        megabytes = self.largest >> 20
        return f"Berkas ini terlalu besar, paling banyak {megabytes} MB.", f"This file is larger than {megabytes} MB."

    def progress(self, attachment_id: UUID) -> Upload | None:
        """A file that is on its way in, or has come and waits for its report."""
        with self._transactions.read() as connection:
            upload = store.find(connection, attachment_id)
        now = self._transactions.clock.now()
        return None if upload is None or upload.is_claimed or upload.expires_at < now else upload

    def receive(self, attachment_id: UUID, offset: int, part: bytes) -> Upload | Refusal:
        """The next bytes of a file. With the last ones it is examined; if it is unfit, nothing of it stays."""
        upload = self.progress(attachment_id)
        if upload is None:
            return _refusal("upload-unknown", "Unggahan ini tidak ada lagi.", "There is no such upload.")
        received = offset + len(part)
        if offset != upload.received or received > upload.length:
            return _OFF
        if not part:
            return upload
        with self._transactions.read() as connection:
            parts = store.parts_of(connection, attachment_id)
        if received == upload.length:
            return self._examine(upload, b"".join([*map(self._read, parts), part]), parts)
        if len(parts) > _FIRST_PARTS and received < len(parts) * _SMALLEST_PART:
            return _refusal("upload-crumbs", "Bagian unggahan terlalu kecil.", "The parts are too small.")
        return self._keep_part(upload, part)

    def end(self, upload: Upload) -> None:
        """Remove a file that no report names."""
        self._remove([upload.attachment_id])

    def _keep_part(self, upload: Upload, part: bytes) -> Upload | Refusal:
        received = upload.received + len(part)
        written = self._write(upload, {PART: part})
        with self._transactions.begin() as tx:
            counts = store.advance(tx, upload, written, received)
        if counts:
            return replace(upload, received=received)
        self._take_away(written)
        return _OFF

    def _examine(self, upload: Upload, content: bytes, parts: Sequence[File]) -> Upload | Refusal:
        try:
            cleaned = sandbox.examined(content)
        except UnfitError as unfit:
            self._remove([upload.attachment_id])
            return _refusal(unfit.code, *unfit.said)
        written = self._write(upload, {ORIGINAL: content, DISPLAY: cleaned.display})
        media_type, size = cleaned.media_type, len(cleaned.display)
        with self._transactions.begin() as tx:
            counts = store.complete(tx, upload, written, media_type=media_type, size=size)
        # If it does not count, somebody else has sent the same in the meantime, or has removed it.
        self._take_away(parts if counts else written)
        return replace(upload, received=upload.length, media_type=media_type, size=size) if counts else _OFF

    def lacking(self, tx: Transaction, attachment_ids: Sequence[UUID]) -> Refusal | None:
        """Why a report cannot name these, if it cannot. Holds them for this transaction."""
        if len(attachment_ids) > MOST_OF_A_REPORT:
            return _refusal(
                "invalid",
                f"Paling banyak {MOST_OF_A_REPORT} lampiran.",
                f"At most {MOST_OF_A_REPORT} attachments.",
                field="attachments",
            )
        free = self._free(tx, attachment_ids)
        unknown = ", ".join(str(one) for one in attachment_ids if one not in free)
        if not unknown:
            return None
        return _refusal(
            "invalid",
            f"Lampiran tidak ditemukan, unggah lagi: {unknown}",
            f"No such attachment, upload it again: {unknown}",
            field="attachments",
        )

    def claim(
        self, tx: Transaction, attachment_ids: Sequence[UUID], report_id: UUID, agency_code: str | None = None
    ) -> tuple[Attachment, ...]:
        """Give these to a report, once `lacking` found nothing: from here on no other can name them."""
        free = self._free(tx, attachment_ids)
        if free:
            store.claim(tx, list(free), report_id, agency_code)
        return tuple(free.values())

    def waiting(self, attachment_ids: Sequence[UUID]) -> tuple[Attachment, ...]:
        """Those of these that a report can name, as they are shown in a form."""
        with self._transactions.begin() as tx:
            return tuple(self._free(tx, attachment_ids).values())

    def _free(self, tx: Transaction, attachment_ids: Sequence[UUID]) -> dict[UUID, Attachment]:
        if not attachment_ids:
            return {}
        found = store.lock_free(tx, attachment_ids, since=tx.now - LIFETIME)
        return {one: found[one] for one in attachment_ids if one in found}

    def shown(self, attachment_id: UUID) -> Shown | None:
        """A report's attachment; None where there is none, or where it is forgotten."""
        with self._transactions.read() as connection:
            return store.shown(connection, attachment_id)

    def content(self, shown: Shown) -> bytes:
        """What is seen of it."""
        return self._read(shown.file)

    def sweep(self) -> int:
        """Remove some of what no report named in time, and of what crashes left; how many."""
        before = self._transactions.clock.now() - _SWEPT_AFTER
        with self._transactions.read() as connection:
            old = store.unclaimed(connection, before, _AT_ONCE)
            left = store.left_over(connection, before, _AT_ONCE)
        self._remove(old)
        self._take_away(left)
        return len(old) + len(left)

    def _id_of(self, content: bytes, key: tuple[str, str]) -> UUID:
        return UUID(self._fingerprints.of("attachment", *key, hashlib.sha256(content).hexdigest()))

    def _write(self, upload: Upload, contents: dict[str, bytes]) -> list[File]:
        """Encrypt and store; each file is named in the database first."""
        written: list[File] = []
        encrypted: dict[str, bytes] = {}
        for holds, content in contents.items():
            file_id = uuid.uuid4()
            sealed = self._vault.seal(content, file_id.bytes)
            sha256 = hashlib.sha256(sealed.content).hexdigest()
            written.append(File(file_id, sha256, upload.attachment_id, holds, sealed.key_id, sealed.wrapped_key))
            encrypted[sha256] = sealed.content
        with self._transactions.begin() as tx:
            for file in written:
                store.add_file(tx, file)
        self._storage.put(encrypted)
        return written

    def _read(self, file: File) -> bytes:
        sealed = Sealed(file.key_id, file.wrapped_key or b"", self._storage.get(file.sha256))
        return self._vault.unseal(sealed, file.file_id.bytes)

    def _remove(self, attachment_ids: Sequence[UUID]) -> None:
        with self._transactions.begin() as tx:
            disowned = store.disown(tx, attachment_ids)
            gone = store.files_of(tx, disowned)
        self._take_away(gone, disowned)

    def _take_away(self, gone: Sequence[File], attachment_ids: Sequence[UUID] = ()) -> None:
        """Out of the store first: what stands in the tables can be found again."""
        if gone:
            self._storage.remove([file.sha256 for file in gone])
        if gone or attachment_ids:
            with self._transactions.begin() as tx:
                store.remove(tx, gone, attachment_ids)
