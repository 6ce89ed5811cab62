"""The directory as a file: out, and in again after a look at what it would change."""

import codecs
from contextlib import closing
from dataclasses import dataclass
from io import StringIO
from typing import Any
from uuid import UUID

from flask import Response, redirect, request, url_for

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Form, longest_body, refused, render, requires
from lapor_contracts.vocabulary import Role
from lapor_routing import directory
from lapor_routing.domain.sheet import COLUMNS, MOST_MISTAKES, Mistake, write_sheet
from lapor_routing.handlers import directory_files
from lapor_routing.http.access import editor
from lapor_routing.http.answering import existing
from lapor_routing.pages import words as said
from lapor_routing.pages.directory import words
from lapor_routing.reference.suggesting import subjects

#: 100,000 bodies are about 15 MB.
LONGEST_FILE = 40 * 2**20
#: Of the files handed in before, so many are listed.
LATEST = 10


@dataclass(frozen=True)
class Files:
    """Export and import, for coordinators."""

    transactions: Transactions

    @requires(Role.COORDINATOR)
    def download(self) -> Response:
        """Every body there is or was."""
        file = StringIO(newline="")
        with self.transactions.read() as connection:
            known = directory.read_directory(connection)
        write_sheet(file, known, known.competences)
        named = {"Content-Disposition": 'attachment; filename="direktori.csv"'}
        # With the mark by which spreadsheets know UTF-8.
        return Response("\ufeff" + file.getvalue(), headers=named, content_type="text/csv; charset=utf-8")

    @requires(Role.COORDINATOR)
    def hand_in(self) -> Any:
        """Look through a file; what is wrong is named with its row, else it is shown what would change."""
        form, mistakes = Form(), list[Mistake]()
        if request.method == "POST":
            form = Form({"reason": request.form.get("reason", "").strip()[:1_000]})
            text = ""
            if given := request.files.get("file"):
                with closing(given) as file:  # a large one lies on the disk meanwhile
                    text = decoded(file.read())
            if not text or not form.given["reason"]:
                missing = "reason" if text else "file"
                form = Form(form.given, errors={missing: ["Wajib diisi, dalam UTF-8 (required)."]})
            else:
                with self.transactions.begin() as tx:
                    outcome = directory_files.hand_in(
                        text, tx, editor=editor(), reason=form.given["reason"], subjects=subjects()
                    )
                if isinstance(outcome, directory.Import):
                    return redirect(url_for(".one", import_id=outcome.id), 303)
                mistakes = outcome
        with self.transactions.read() as connection:
            latest = directory.latest_imports(connection, LATEST)
        shown = render(
            "routing/directory/import.html",
            form=form,
            mistakes=mistakes[:MOST_MISTAKES],
            left_out=max(len(mistakes) - MOST_MISTAKES, 0),
            latest=latest,
            columns=COLUMNS,
            words=words,
            zone=said.JAKARTA,
        )
        return shown, 422 if form.errors or mistakes else 200

    hand_in = longest_body(LONGEST_FILE)(hand_in)

    @requires(Role.COORDINATOR)
    def one(self, import_id: UUID) -> Any:
        """What a file would change, and after the confirmation how far it is."""
        with self.transactions.read() as connection:
            found = existing(directory.find_import(connection, import_id))
        if request.method == "POST":
            with self.transactions.begin() as tx:
                outcome = directory_files.confirm(found, tx)
            if isinstance(outcome, Refusal):
                raise refused(outcome)
            return redirect(url_for(".one", import_id=import_id), 303)
        return render("routing/directory/imported.html", one=found, words=words, zone=said.JAKARTA)


def decoded(content: bytes) -> str:
    """UTF-8, with or without a mark; nothing where it is something else."""
    try:
        text = content.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError:
        return ""
    return "" if "\0" in text else text
