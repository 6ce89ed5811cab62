"""Bad input against the running system: a 4xx that names the field, never a 500, and nothing half-stored."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
import requests

from lapor_contracts.vocabulary import Role
from tests.support.embedded_system import EmbeddedSystem, FirstRun
from tests.support.until import until

pytestmark = pytest.mark.system

REPORT = {"body": "Jalan berlubang di depan pasar, mohon ditambal."}
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
#: Genuine by its check characters for nobody: they are keyed.
UNKNOWN = "7K3M-9QXF-2TPA"


@pytest.fixture(scope="module")
def settled_system(shared_system: EmbeddedSystem) -> EmbeddedSystem:
    """One that is done with what came of its first run."""
    until(shared_system.is_settled)
    return shared_system


@pytest.fixture(autouse=True)
def nothing_is_stored(settled_system: EmbeddedSystem) -> Iterator[None]:
    """Whatever is refused leaves no row anywhere, and no line in the log."""
    before = settled_system.row_counts()
    yield
    assert settled_system.row_counts() == before
    assert settled_system.logged.read_text() == ""


def errors_of(answer: requests.Response, status: int = 422) -> dict[str, Any]:
    """What is wrong, by field, in the problem document of ``answer``."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    return dict(problem.get("errors", {}))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("nickname", "x"),
        ("body", ""),
        ("body", " \n "),
        ("body", None),
        ("body", 5),
        ("body", ["x"]),
        ("body", "x" * 10_001),
        ("body", "Jalan\0rusak"),
        ("body", "Jalan\x1b[31mrusak"),
        ("title", "x" * 141),
        ("title", "\x07"),
        ("kind", "nonsense"),
        ("kind", {"complaint": True}),
        ("occurred_on", "2026-13-45"),
        ("occurred_on", "2999-01-01"),
        ("occurred_on", 5),
        ("region_code", "99.99"),
        ("region_code", 14.02),
        ("region_code", "'; DROP TABLE reports; --"),
        ("place", "x" * 301),
        ("agency_code", "BADAN GAIB"),
        ("category", "\0"),
        ("anonymous", "no"),
        ("anonymous", 1),
        ("secret", None),
        ("reporter", []),
        ("reporter.name", "x" * 301),
        ("reporter.phone", "call me"),
        ("reporter.phone", "\0"),
        ("reporter.email", "nobody"),
        ("reporter.nik", "1402010101010001"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_a_wrong_field_of_a_report_is_named(shared_system: EmbeddedSystem, field: str, value: Any) -> None:
    outer, _, inner = field.partition(".")
    report = {**REPORT, outer: {inner: value} if inner else value}

    answer = requests.post(f"{shared_system.url}/api/v1/reports", json=report, timeout=30)

    assert list(errors_of(answer)) == [field]


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        pytest.param(400, b'{"body": ', JSON, id="broken"),
        pytest.param(400, b'{"body": "\xe9"}', JSON, id="not UTF-8"),
        pytest.param(400, b'{"body": "\\ud800"}', JSON, id="half a character"),
        pytest.param(400, b'{"body": NaN}', JSON, id="not a number"),
        pytest.param(400, b"[" * 100_000, JSON, id="endless nesting"),
        pytest.param(400, b"\x1f\x8b\x08", {**JSON, "Content-Encoding": "gzip"}, id="packed"),
        pytest.param(422, b"", JSON, id="nothing"),
        pytest.param(422, b"null", JSON, id="null"),
        pytest.param(422, b"[1, 2]", JSON, id="a list"),
        pytest.param(422, b'"text"', JSON, id="a text"),
        pytest.param(413, b'{"body": "' + b"x" * 1_000_000 + b'"}', JSON, id="a megabyte"),
        pytest.param(415, b"body=Jalan", {"Content-Type": "application/x-www-form-urlencoded"}, id="a form"),
        pytest.param(415, b"<report/>", {"Content-Type": "text/xml"}, id="XML"),
        pytest.param(415, b'{"body": "Jalan"}', {}, id="of no type"),
    ],
)
def test_what_is_no_json_object_is_refused(
    shared_system: EmbeddedSystem, status: int, body: bytes, headers: dict[str, str]
) -> None:
    answer = requests.post(f"{shared_system.url}/api/v1/reports", data=body, headers=headers, timeout=30)

    errors_of(answer, status)


@pytest.mark.parametrize("key", ["", "x" * 121, "a\tb", "ä"], ids=repr)
def test_a_wrong_idempotency_key_is_named(shared_system: EmbeddedSystem, key: str) -> None:
    headers = {"Idempotency-Key": key.encode()}

    answer = requests.post(f"{shared_system.url}/api/v1/reports", json=REPORT, headers=headers, timeout=30)

    assert list(errors_of(answer)) == ["Idempotency-Key"]


@pytest.mark.parametrize("typed", [UNKNOWN, "x", "' OR 1=1", "%ff", "../etc/passwd", "7" * 4_000, "７Ｋ３Ｍ"])
def test_an_id_that_is_none_is_not_found(shared_system: EmbeddedSystem, typed: str) -> None:
    address = f"{shared_system.url}/api/v1/reports/{quote(typed, safe='%')}"

    assert errors_of(requests.get(address, timeout=30), 404) == {}
    assert errors_of(requests.post(f"{address}/closure", json={"receipt": "1"}, timeout=30), 404) == {}
    reply = {"receipt": "1", "text": "Belum selesai."}
    assert errors_of(requests.post(f"{address}/replies", json=reply, timeout=30), 404) == {}


@pytest.mark.parametrize("path", ["/lacak/x", f"/lacak/{UNKNOWN}", "/lacak?id=%ff%fe", "/lacak?id=" + "x" * 4_000])
def test_on_pages_too_and_in_words(shared_system: EmbeddedSystem, path: str) -> None:
    answer = requests.get(shared_system.url + path, headers={"Accept": "text/html"}, timeout=30)

    assert answer.status_code == 404
    assert "Tidak ada laporan yang dapat ditampilkan" in answer.text


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("/api/v1/cases", Role.VERIFIER),
        ("/api/v1/dispositions", Role.OFFICER),
        ("/api/v1/coordination", Role.COORDINATOR),
        ("/api/v1/notices", Role.OPERATOR),
    ],
)
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("cursor", ""),
        ("cursor", "%FF%00"),
        ("cursor", "-1"),
        ("cursor", "bnVsbA"),  # null
        ("cursor", "WyIxIiwiMiIsIjMiXQ"),  # a list of three
        ("cursor", "WzFlOTk5XQ"),
        ("cursor", "x" * 2_000),
        ("limit", "0"),
        ("limit", "-1"),
        ("limit", "101"),
        ("limit", "9" * 40),
        ("limit", "ten"),
        ("limit", "1.5"),
    ],
)
def test_a_wrong_place_in_a_list_is_named(
    shared_system: EmbeddedSystem, path: str, role: Role, field: str, value: str
) -> None:
    token = shared_system.front().staff(role, agency_code="BUMN-PLN")

    answer = requests.get(
        f"{shared_system.url}{path}?{field}={value}", headers={"Authorization": f"Bearer {token}"}, timeout=30
    )

    if value == "%FF%00":
        assert errors_of(answer, 400) == {}
    else:
        assert list(errors_of(answer)) == [field]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "BREW", "PROPFIND", "X" * 100])
@pytest.mark.parametrize("path", ["/api/v1/reports", "/channels/sms/kannel", "/api/v1/sign-in"])
def test_a_method_that_is_not_for_this_address_is_refused_with_those_that_are(
    shared_system: EmbeddedSystem, method: str, path: str
) -> None:
    answer = requests.request(method, shared_system.url + path, timeout=30)

    errors_of(answer, 405)
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/lapor", b""),
        ("/lapor", b"body=a%00b"),
        ("/lapor", b"body=" + b"x" * 10_001),
        ("/lapor", b"body=" + b"x" * 1_000_000),
        ("/lapor", b"body=Jalan+rusak&admin=true"),
        ("/lapor", b"body=Jalan+rusak&region_code=%ff&kind=%fe&email=x&phone=y&occurred_on=kemarin"),
        ("/lapor", b"&".join(b"f%d=1" % number for number in range(2_000))),
        (f"/lengkapi/{UNKNOWN}", b"receipt=%ff"),
        (f"/lengkapi/{UNKNOWN}", b"receipt=1111-2222-3333-4444&body=lebih+jelas"),
        (f"/lacak/{UNKNOWN}", b"action=open&receipt=1"),
        ("/masuk", b""),
        ("/masuk", b"username=%00&password=%ff"),
    ],
)
def test_a_wrong_form_comes_back_as_a_page(shared_system: EmbeddedSystem, path: str, form: bytes) -> None:
    answer = requests.post(shared_system.url + path, data=form, headers=FORM, timeout=30)

    assert answer.status_code in (404, 422)
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "<h1>" in answer.text


def test_a_form_that_is_too_large_comes_back_as_a_page(shared_system: EmbeddedSystem) -> None:
    form = b"action=open&receipt=" + b"1" * 1_000_000

    answer = requests.post(f"{shared_system.url}/lacak/{UNKNOWN}", data=form, headers=FORM, timeout=30)

    assert answer.status_code == 413
    assert "Terlalu besar" in answer.text


@pytest.mark.parametrize(
    ("status", "query"),
    [
        (400, ""),
        (400, "?text=jalan+rusak"),
        (400, "?sender=INHU&text=jalan+rusak"),
        (400, "?sender=%ff&text=%ff"),
        (400, "?sender=" + "9" * 4_000),
        (200, "?sender=08110000001&text=%00"),
        (200, "?sender=08110000001&text=" + "x" * 9),
    ],
)
def test_an_sms_that_is_no_report_is_answered_in_plain_words(
    shared_system: EmbeddedSystem, status: int, query: str
) -> None:
    answer = requests.get(f"{shared_system.url}/channels/sms/kannel{query}", timeout=30)

    assert answer.status_code == status
    assert len(answer.text) <= 160 or status == 400


@pytest.mark.parametrize(
    "secret", ["", "Bearer", "Bearer x", "Bearer a.b.c", "Basic eDp5", "Bearer eyJhbGciOiJub25lIn0.e30."]
)
@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/api/v1/cases"), ("POST", "/api/v1/submissions"), ("GET", "/api/v1/dispositions")]
)
def test_who_is_not_known_is_told_so(shared_system: EmbeddedSystem, secret: str, method: str, path: str) -> None:
    headers = {"Authorization": secret} if secret else {}

    answer = requests.request(method, shared_system.url + path, json=REPORT, headers=headers, timeout=30)

    errors_of(answer, 401)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("path", "role", "body", "field"),
    [
        ("/api/v1/cases/{}/verification", Role.VERIFIER, {"region_code": "x"}, "region_code"),
        ("/api/v1/cases/{}/return", Role.VERIFIER, {"message": "", "missing": ["where"]}, "message"),
        ("/api/v1/cases/{}/archive", Role.VERIFIER, {"reason_code": "because", "reason": "x"}, "reason_code"),
        (
            "/api/v1/dispositions/{}/answers",
            Role.OFFICER,
            {"kind": "substantive", "answer_type": "done", "text": "\0"},
            "text",
        ),
        (
            "/api/v1/dispositions/{}/answers",
            Role.OFFICER,
            {"kind": "substantive", "answer_type": "done", "text": " \n "},
            "text",
        ),
        ("/api/v1/dispositions/{}/answers", Role.OFFICER, {"kind": "final", "text": "Sudah."}, "kind"),
        ("/api/v1/dispositions/{}/refusals", Role.OFFICER, {"agency_code": "BUMN-PLN"}, "reason"),
        ("/api/v1/dispositions/{}/handovers", Role.OFFICER, {"agency_code": 5}, "agency_code"),
        ("/api/v1/coordination/{}/assignments", Role.COORDINATOR, {"reason": "Sebab."}, "agency_code"),
    ],
)
def test_staff_are_told_the_field_too(
    shared_system: EmbeddedSystem, path: str, role: Role, body: dict[str, Any], field: str
) -> None:
    token = shared_system.front().staff(role, agency_code="BUMN-PLN")
    address = shared_system.url + path.format(uuid4())

    answer = requests.post(address, json=body, headers={"Authorization": f"Bearer {token}"}, timeout=30)

    assert field in errors_of(answer)


def test_broken_addresses_are_not_found(shared_system: EmbeddedSystem) -> None:
    for path in ("/%ff", "/static/..%2f..%2fapp.py", "/verifikasi/nonsense", "/api/v1/cases/nonsense", "/.env"):
        assert requests.get(shared_system.url + path, timeout=30).status_code == 404


@pytest.mark.parametrize("path", ["/lacak/%00", "/lengkapi/%00", "/masuk?next=%00", "/api/v1/agencies?q=%00"])
def test_a_nul_in_an_address_is_refused(shared_system: EmbeddedSystem, path: str) -> None:
    assert requests.get(shared_system.url + path, timeout=30).status_code == 400


@pytest.mark.parametrize("onward", ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)"])
def test_a_sign_in_leads_to_no_other_host(first_run: FirstRun, shared_system: EmbeddedSystem, onward: str) -> None:
    form = {"username": "verifikator", "password": first_run.password("verifikator"), "next": onward}

    answer = requests.post(f"{shared_system.url}/masuk", data=form, allow_redirects=False, timeout=30)

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/verifikasi"
