"""Files that come with a form: kept even where something else is wrong with it, so that nobody attaches them twice."""

from contextlib import suppress
from dataclasses import replace
from uuid import UUID

from flask import request
from markupsafe import Markup, escape

from lapor_chassis.refusals import Refusal
from lapor_chassis.web import Form, t
from lapor_contracts.events import Attachment
from lapor_intake.attachments.keeping import MOST_OF_A_REPORT
from lapor_intake.channels.channel import Reception

#: The field of files; ids of those that were taken before stand in the hidden fields ``attachments``.
FILES = "attachment"
#: A form with as many files as a report may have, and its texts.
TEXTS = 256 * 1024


def longest_form(reception: Reception) -> int:
    """How many bytes a form with files may have."""
    return MOST_OF_A_REPORT * reception.attachments.largest + TEXTS


def with_files(form: Form, reception: Reception, key: tuple[str, str]) -> Form:
    """The form, with the files that came along among its attachments."""
    files = [file for file in request.files.getlist(FILES) if file.filename]
    ids = _ids(form)
    if len(ids) + len(files) > MOST_OF_A_REPORT:
        most = t(f"Paling banyak {MOST_OF_A_REPORT} lampiran.", f"At most {MOST_OF_A_REPORT} attachments.")
        return replace(form, values=None, errors={**form.errors, FILES: [most]})
    errors: list[Markup] = []
    for number, file in enumerate(files, 1):
        exceeded = reception.desk.admission.exceeded_by_upload(request.remote_addr or "")
        taken = exceeded.refusal() if exceeded else reception.attachments.take_in(file.read(), key)
        if isinstance(taken, Refusal):
            errors.append(_said(number, taken))
        else:
            ids.append(taken.id)
    given = {**form.given, "attachments": list(map(str, ids))}
    if errors:
        return replace(form, given=given, values=None, errors={**form.errors, FILES: errors})
    if form.values is None:
        return replace(form, given=given)
    return replace(form, given=given, values={**form.values, "attachments": tuple(ids)})


def attached(form: Form, reception: Reception) -> tuple[Attachment, ...]:
    """What need not be attached again."""
    return reception.attachments.waiting(_ids(form))


def _ids(form: Form) -> list[UUID]:
    ids: list[UUID] = []
    for text in form.given.get("attachments", []):
        with suppress(ValueError):  # that is said at the field
            ids.append(UUID(text))
    return ids


def _said(number: int, refusal: Refusal) -> Markup:
    """Which file it was is told by its place: its name may be somebody's."""
    said = [t(*text.split(" / ")) for texts in refusal.errors.values() for text in texts] or [escape(refusal.reason)]
    return Markup("{}: {}").format(t(f"Berkas {number}", f"File {number}"), Markup(" ").join(said))
