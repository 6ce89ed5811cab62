"""Reports of people who know of a wrong from within: sealed here for the oversight body that they choose.

What they write is in memory for as long as the request lasts, and nowhere in the clear after that.
"""

import hashlib
import uuid
from dataclasses import replace
from typing import Any

import orjson
from marshmallow import fields

from lapor_chassis.refusals import Refusal
from lapor_chassis.tracking_ids import in_groups
from lapor_chassis.web import Form, PageBlueprint, StrictSchema, read_form, refused, render, t
from lapor_contracts import vocabulary
from lapor_contracts.fields import Body, Day, Line, Place, RegionCode, Title, Token
from lapor_contracts.schema import field_of
from lapor_intake import oversight
from lapor_intake.channels.channel import Channel, Reception
from lapor_intake.domain import OversightBody, Reporter, Sealing, Submission, token
from lapor_intake.pages import by_province, wrong

#: All that the other services read.
SEALED = "Laporan tersegel"
_TO_SEAL = ("reported", "title", "body", "occurred_on", "place")


class WhistleForm(StrictSchema):
    """The form as a browser sends it."""

    key = field_of(Token)
    oversight = field_of(Token, required=True)
    reported = field_of(Line, required=True)
    title = field_of(Title)
    body = field_of(Body, required=True)
    occurred_on = field_of(Day)
    place = field_of(Place)
    region_code = field_of(RegionCode)
    category = field_of(Line)
    phone = field_of(Line)
    email = field_of(Line)
    understood = fields.Boolean(required=True)


def channel(_settings: object, reception: Reception) -> Channel:
    """The form; without an oversight body it says that none can be chosen yet."""
    return Channel(name="whistleblower", title="Whistleblower (WBS)", blueprints=[blueprint(reception)])


def blueprint(reception: Reception) -> PageBlueprint:
    """``/lapor/wbs``."""
    desk, transactions = reception.desk, reception.transactions
    page = PageBlueprint("whistleblower", __name__, template_folder="../pages/templates")

    def show(form: Form, **values: Any) -> str:
        with transactions.read() as connection:
            bodies = oversight.bodies(connection)
        choices = [(body.code, body.name) for body in bodies]
        return render("intake/whistleblower.html", form=form, bodies=choices, regions=by_province(), **values)

    @page.get("/lapor/wbs")
    def blank_whistle() -> str:
        return show(Form({"key": str(uuid.uuid4())}))

    @page.post("/lapor/wbs")
    def whistle() -> tuple[str, int]:
        form = read_form(WhistleForm)
        if form.values is None:
            return show(form), 422
        with transactions.read() as connection:
            body = next((one for one in oversight.bodies(connection) if one.code == form.values["oversight"]), None)
        if body is None or body.is_touched_by(form.values["reported"]):
            return show(replace(form, errors={"oversight": [_why_not(body)]})), 422
        key = form.values.pop("key", None) or str(uuid.uuid4())
        submission = _submission(form.values, key, body)
        with transactions.begin() as tx:
            outcome = desk.accept(submission, tx, reception.visitor(key, None))
        if not isinstance(outcome, Refusal):
            slip = desk.slip(outcome.tracking_id, receipt_of(key))
            return render("intake/whistle_sent.html", slip=slip, body=body), 201
        if outcome.retry_after:
            raise refused(outcome)
        if outcome.errors:
            return show(wrong(form, outcome)), 422
        again = replace(form, given={**form.given, "key": str(uuid.uuid4())})
        return show(again, already_sent=True), 409

    return page


def receipt_of(key: str) -> str:
    """The receipt that belongs to the key of a form, which is kept nowhere: so a form sent twice shows it twice."""
    digest = hashlib.sha256(f"whistleblower receipt:{key}".encode()).digest()
    return in_groups(f"{int.from_bytes(digest) % 10**16:016}")


def _why_not(body: OversightBody | None) -> str:
    if body is None:
        return t("Pilih salah satu dari daftar.", "Choose one of the list.")
    return t(
        "Ini lembaga yang dilaporkan, atau berada tepat di atas atau di bawahnya. Pilih yang lain.",
        "This is the body that you report, or stands directly above or below it. Choose another one.",
    )


def _submission(values: dict[str, Any], key: str, body: OversightBody) -> Submission:
    content = orjson.dumps({name: values[name] for name in _TO_SEAL if name in values}).decode()
    return Submission(
        source="whistleblower",
        # The key itself would give the receipt.
        idempotency_key=hashlib.sha256(f"whistleblower:{key}".encode()).hexdigest(),
        channel=vocabulary.Channel.WEB,
        title=SEALED,
        body=SEALED,
        region_code=values.get("region_code"),
        category=token(values.get("category", "")),
        anonymous=True,
        secret=True,
        reporter=Reporter(phone=values.get("phone"), email=values.get("email")),
        acknowledged=True,
        sealing=Sealing(body=body, content=content, receipt=receipt_of(key)),
    )
