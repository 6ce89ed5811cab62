"""Open311 GeoReport v2: what civic apps send, and what they are shown."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
import xmltodict
from limits import parse

from lapor_contracts.events import ContactSealed, Mark, Point, ReporterCommanded, ReportReceived, ReportSupplemented
from lapor_contracts.vocabulary import Channel, Command, Kind, Personal, Status
from lapor_intake import adapters, service, store
from tests.support import builders
from tests.support.stage import WEDNESDAY, Stage

SERVICE = service
URL = "/open311/v2"

LAMP = {
    "service_code": "T02",
    "description": "Lampu jalan mati sejak Senin, gelap sekali.",
    "lat": "-6.2",
    "long": "106.816667",
    "address_string": "Jalan Mawar 5, Menteng",
}

#: The fields of the standard (GeoReport v2, and mySociety's updates), by answer.
SERVICE_FIELDS = {"service_code", "service_name", "description", "metadata", "type", "keywords", "group"}
ATTRIBUTE_FIELDS = {
    "variable",
    "code",
    "datatype",
    "required",
    "datatype_description",
    "order",
    "description",
    "values",
}
REQUEST_FIELDS = {
    "service_request_id",
    "status",
    "status_notes",
    "service_name",
    "service_code",
    "description",
    "agency_responsible",
    "service_notice",
    "requested_datetime",
    "updated_datetime",
    "expected_datetime",
    "address",
    "address_id",
    "zipcode",
    "lat",
    "long",
    "media_url",
}
UPDATE_FIELDS = {"update_id", "service_request_id", "status", "updated_datetime", "description", "media_url"}


class City:
    """A civic app, with or without a key."""

    def __init__(self, stage: Stage, name: str | None = None) -> None:
        self.stage = stage
        self.key: dict[str, str] = {}
        if name:
            with stage.transactions.begin() as tx:
                self.key = {"api_key": adapters.add(tx, name)}

    def get(self, path: str, **query: Any) -> Any:
        """Ask, as JSON."""
        return self.stage.client.get(f"{URL}/{path}.json", query_string=query)

    def post(self, path: str, given: Mapping[str, str], **headers: str) -> Any:
        """Send, and hear the answer as JSON."""
        return self.stage.client.post(f"{URL}/{path}.json", data={**given, **self.key}, headers=headers)

    def report(self, **given: str) -> str:
        """Report something; its ID."""
        response = self.post("requests", {**LAMP, **given})
        assert response.status_code == 201, response.text
        return str(response.get_json()[0]["service_request_id"])

    def listed(self, **query: Any) -> list[dict[str, Any]]:
        """The requests that are found."""
        found: list[dict[str, Any]] = self.get("requests", **query).get_json()
        return found

    def changed(self, tracking_id: str, **changes: Any) -> None:
        """Tracking tells of a step."""
        self.stage.hear(
            builders.status_changed(report_id=self.report_id(tracking_id), tracking_id=tracking_id, **changes)
        )

    def shown(self, **given: str) -> dict[str, Any]:
        """Report something, let it be verified, and see it as everybody does."""
        name = self.report(**given)
        self.changed(name, status=Status.VERIFIED)
        (shown,) = self.get(f"requests/{name}").get_json()
        return dict(shown)

    def report_id(self, tracking_id: str) -> UUID:
        """The report's name among services."""
        return next(row["report_id"] for row in self.stage.rows(store.reports) if row["tracking_id"] == tracking_id)


@pytest.fixture
def city(stage: Stage) -> City:
    """A civic app without a key."""
    return City(stage)


@pytest.fixture
def jaki(stage: Stage) -> City:
    """A civic app that was given a key."""
    return City(stage, "jaki")


def described(response: Any) -> list[str]:
    """What an answer says is wrong, once it has the standard's form."""
    errors = response.get_json()
    assert {frozenset(error) for error in errors} == {frozenset({"code", "description"})}
    assert {error["code"] for error in errors} == {response.status_code}
    return [error["description"] for error in errors]


def test_what_a_civic_app_sends_becomes_a_report(city: City) -> None:
    reporter = {"first_name": "Siti", "last_name": "Rahayu", "email": "siti@example.org", "phone": "0812-3456-1111"}
    attributes = {"attribute[kind]": "aspiration", "attribute[occurred_on]": "2026-01-05"}

    response = city.post("requests", {**LAMP, **reporter, **attributes})

    (taken,) = response.get_json()
    (received,) = city.stage.announced(ReportReceived)
    assert response.status_code == 201
    assert set(taken) == {"service_request_id", "service_notice", "account_id"}
    assert (received.tracking_id, received.channel) == (taken["service_request_id"], Channel.OPEN311)
    assert (received.kind, received.category, received.body) == (Kind.ASPIRATION, "T02", LAMP["description"])
    assert received.place == "Jalan Mawar 5, Menteng (lat -6.20000, long 106.81667)"
    assert received.point == Point(latitude=-6.2, longitude=106.816667)
    assert str(received.occurred_on) == "2026-01-05"
    assert len(city.stage.announced(ContactSealed)) == 1


def test_the_reporter_gets_the_secret_code_with_the_answer(city: City) -> None:
    notice = city.post("requests", LAMP).get_json()[0]["service_notice"]

    assert "https://lapor.example/lacak/" in notice
    assert notice[-19:].replace("-", "").isdigit()


def test_what_can_be_reported_is_listed_with_the_fields_of_the_standard(city: City) -> None:
    services = city.get("services").get_json()

    assert len(services) == 27
    assert all(set(one) == SERVICE_FIELDS for one in services)
    assert all(one["metadata"] is True and one["type"] == "realtime" for one in services)


def test_each_kind_of_request_says_what_else_may_be_told(city: City) -> None:
    definition = city.get("services/T02").get_json()

    assert set(definition) == {"service_code", "attributes"}
    assert all(set(one) == ATTRIBUTE_FIELDS for one in definition["attributes"])
    assert {"kind", "occurred_on", "anonymous", "secret"} < {one["code"] for one in definition["attributes"]}
    assert all(set(value) == {"key", "name"} for one in definition["attributes"] for value in one["values"])


def test_discovery_says_where_it_is_and_in_which_formats(city: City) -> None:
    (at_root, below) = (city.stage.client.get(f"/open311/{path}discovery.json").get_json() for path in ("", "v2/"))

    (endpoint,) = at_root["endpoints"]
    assert at_root == below
    assert endpoint["url"] == "https://lapor.example/open311/v2"
    assert endpoint["formats"] == ["text/xml", "application/json"]


def test_a_request_is_shown_with_the_fields_of_the_standard_and_no_reporter(city: City) -> None:
    shown = city.shown(first_name="Siti", last_name="Rahayu", email="siti@example.org", phone="0812-3456-1111")

    assert set(shown) == REQUEST_FIELDS
    assert (shown["status"], shown["service_code"]) == ("open", "T02")
    assert (shown["description"], shown["lat"], shown["long"]) == (LAMP["description"], -6.2, 106.816667)
    assert shown["requested_datetime"] == shown["updated_datetime"] == "2026-01-07T03:00:00Z"
    assert not any(word in str(shown) for word in ("Siti", "Rahayu", "siti@example.org", "3456"))


def test_a_request_follows_what_becomes_of_it(city: City) -> None:
    name = city.report()
    city.changed(name, status=Status.ROUTED, agency_name="PLN", changed_at=WEDNESDAY.replace(hour=4))
    city.changed(
        name,
        status=Status.IN_PROGRESS,
        agency_name="PLN",
        text="Petugas menuju lokasi.",
        changed_at=WEDNESDAY.replace(hour=5),
    )

    (shown,) = city.get(f"requests/{name}").get_json()

    assert (shown["status"], shown["agency_responsible"]) == ("open", "PLN")
    assert shown["status_notes"] == "Ditindaklanjuti instansi / In progress: PLN. Petugas menuju lokasi."
    assert shown["updated_datetime"] == "2026-01-07T05:00:00Z"


@pytest.mark.parametrize("status", Status)
def test_every_status_is_open_or_closed_and_is_said_in_words(city: City, status: Status) -> None:
    name = city.report()
    city.changed(name, status=status)

    (shown,) = city.listed()

    ended = {Status.CLOSED, Status.ARCHIVED, Status.MERGED, Status.REFERRED}
    assert shown["status"] == ("closed" if status in ended else "open")
    assert " / " in shown["status_notes"]
    assert [one["service_request_id"] for one in city.listed(status=shown["status"])] == [name]
    assert city.listed(status="open" if shown["status"] == "closed" else "closed") == []


def test_steps_that_arrive_in_any_order_leave_the_latest(city: City) -> None:
    name = city.report()
    city.changed(name, status=Status.CLOSED, changed_at=WEDNESDAY.replace(hour=6))

    city.changed(name, status=Status.ROUTED, changed_at=WEDNESDAY.replace(hour=4))

    assert city.listed()[0]["status"] == "closed"


def test_what_was_told_of_a_step_later_counts_even_if_it_arrives_first(city: City) -> None:
    name, change = city.report(), {"change_id": UUID(int=1), "agency_name": "PLN"}
    event = builders.status_changed(report_id=city.report_id(name), tracking_id=name, text="Lama.", **change)
    told_first = city.stage.letter(event)
    city.stage.clock.advance(seconds=1)
    city.changed(name, text="Baru.", **change)

    city.stage.receive(told_first)

    assert city.listed()[0]["status_notes"].endswith("Baru.")


def test_a_request_may_be_found_by_many_of_its_properties(city: City) -> None:
    first = city.report()
    city.stage.clock.advance(days=2)
    second = city.report(service_code="T01", description="Jalan berlubang.")
    names = lambda **query: [one["service_request_id"] for one in city.listed(**query)]  # noqa: E731

    assert names() == [second, first]
    assert names(service_code="T02") == [first]
    assert names(service_code="T01,T02") == [second, first]
    assert names(start_date="2026-01-08T00:00:00Z") == [second]
    assert names(end_date="2026-01-08T00:00:00+07:00") == [first]
    assert names(service_request_id=f"{first},{second}", service_code="T01") == [second, first]
    assert (names(page_size=1), names(page_size=1, page=2), names(page=3)) == ([second], [first], [])


def test_without_dates_the_last_ninety_days_are_searched(city: City) -> None:
    name = city.report()

    city.stage.clock.advance(days=91)

    assert city.listed() == []
    assert [one["service_request_id"] for one in city.listed(service_request_id=name)] == [name]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-05-01T00:00:00Z"}, "end_date"),
        ({"start_date": "kemarin"}, "start_date"),
        ({"end_date": "0001-01-01T00:00:00+14:00"}, "end_date"),
        ({"end_date": "0001-01-02T00:00:00Z"}, "start_date"),
        ({"status": "busy"}, "status"),
        ({"page": "0"}, "page"),
        ({"page": "9" * 40}, "page"),
        ({"page_size": "1001"}, "page_size"),
        ({"service_request_id": ",".join("x" * 1001)}, "service_request_id"),
    ],
)
def test_a_search_that_cannot_be_is_refused_with_the_field(city: City, query: dict[str, str], field: str) -> None:
    response = city.get("requests", **query)

    assert response.status_code == 400
    assert [text.split(":")[0] for text in described(response)] == [field]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"service_code": "T99"}, "service_code"),
        ({"service_code": ""}, "service_code"),
        ({"description": " "}, "description"),
        ({"description": "bel\x07"}, "description"),
        ({"description": "x" * 10_001}, "description"),
        ({"lat": "nan"}, "lat"),
        ({"lat": "91"}, "lat"),
        ({"long": ""}, "lat"),
        ({"lat": "", "long": "", "address_string": ""}, "address_string"),
        ({"address_string": "x" * 201}, "address_string"),
        ({"email": "nobody"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"attribute[kind]": "rant"}, "kind"),
        ({"attribute[secret]": "perhaps"}, "secret"),
        ({"attribute[occurred_on]": "2026-02-30"}, "occurred_on"),
        ({"attribute[occurred_on]": "2026-02-03"}, "occurred_on"),
        ({"attribute[region_code]": "99.99"}, "region_code"),
        ({"media_url": "http://example.org/foto.jpg"}, "media_url"),
        ({"media_url": "https://localhost/"}, "media_url"),
        ({"media_url": "https://siapa:rahasia@example.org/"}, "media_url"),
        ({"media_url": "https://[::1"}, "media_url"),
        ({"media_url": "https://example.org:22/"}, "media_url"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_stored(city: City, wrong: dict[str, str], field: str) -> None:
    response = city.post("requests", {**LAMP, **wrong})

    assert response.status_code == 400
    assert [text.split(":")[0] for text in described(response)] == [field]
    assert city.stage.rows(store.reports) == []


def test_a_day_may_be_told_as_a_moment(city: City) -> None:
    city.report(**{"attribute[occurred_on]": "2026-01-05T23:30:00+07:00"})

    assert str(city.stage.announced(ReportReceived)[0].occurred_on) == "2026-01-05"


def test_a_link_to_a_picture_goes_to_the_body_and_not_to_the_public(city: City) -> None:
    shown = city.shown(media_url="https://example.org/foto.jpg")

    (received,) = city.stage.announced(ReportReceived)
    assert received.body.endswith("not checked): https://example.org/foto.jpg")
    assert (shown["description"], shown["media_url"]) == (LAMP["description"], None)


def test_numbers_of_persons_are_not_in_what_is_shown(city: City) -> None:
    text = "Hubungi saya di 0812-3456-7890, pelat B 1234 XYZ."

    shown = city.shown(description=text, address_string="Rumah 0812-3456-7890")

    assert "3456" not in str(shown)
    assert "1234" not in shown["description"]


def test_what_a_verifier_hides_is_hidden_here_too(city: City) -> None:
    name = city.report(description="Badu tidak mau bekerja.")
    city.changed(name, status=Status.VERIFIED)
    marks = (Mark(field="body", start=0, end=4, kind=Personal.NAME),)
    about: dict[str, Any] = {"report_id": city.report_id(name), "tracking_id": name}
    city.stage.hear(builders.redacted(**about, marks=marks, redacted_at=WEDNESDAY.replace(hour=5)))

    city.stage.hear(builders.redacted(**about, redacted_at=WEDNESDAY.replace(hour=4)))

    assert city.listed()[0]["description"] == "[nama] tidak mau bekerja."


def test_what_a_verifier_wrote_instead_is_shown_here_too_whichever_edit_is_heard_last(city: City) -> None:
    name = city.report(description="Si Badu itu maling dan lampu mati.")
    city.changed(name, status=Status.VERIFIED)
    about: dict[str, Any] = {"report_id": city.report_id(name), "tracking_id": name}
    city.stage.hear(builders.edited(**about, body="Lampu mati.", edited_at=WEDNESDAY.replace(hour=5)))

    city.stage.hear(builders.edited(**about, body="Badu, lampu mati.", edited_at=WEDNESDAY.replace(hour=4)))

    assert city.listed()[0]["description"] == "Lampu mati."


def test_an_edit_that_is_taken_back_shows_the_reporters_own_words_again(city: City) -> None:
    name = city.report(description="Lampu mati di sini.")
    city.changed(name, status=Status.VERIFIED)
    about: dict[str, Any] = {"report_id": city.report_id(name), "tracking_id": name}
    city.stage.hear(builders.edited(**about, body="Lampu mati.", edited_at=WEDNESDAY.replace(hour=4)))

    city.stage.hear(builders.edited(**about, edited_at=WEDNESDAY.replace(hour=5)))

    assert city.listed()[0]["description"] == "Lampu mati di sini."


def test_before_it_was_verified_only_the_title_is_shown(city: City) -> None:
    city.report(**{"attribute[title]": "Lampu mati"})

    (shown,) = city.listed()

    assert (shown["description"], shown["address"], shown["lat"]) == ("Lampu mati", None, None)


def test_a_correction_of_one_text_leaves_the_others_as_they_were(city: City) -> None:
    name = city.report(description="Pelat B 1234 XYZ.", address_string="Pelat B 1234 XYZ")
    city.changed(name, status=Status.VERIFIED)

    city.stage.hear(builders.redacted(report_id=city.report_id(name), tracking_id=name, fields=("body",)))

    (shown,) = city.listed()
    assert shown["description"] == "Pelat B 1234 XYZ."
    assert "1234" not in shown["address"]


def test_of_an_archived_request_only_that_it_was_archived_is_shown(city: City) -> None:
    name = city.report(description="Kata-kata kasar.")

    city.changed(name, status=Status.ARCHIVED, text="Mengandung ujaran kebencian.")

    (shown,) = city.listed()
    assert (shown["description"], shown["address"]) == (None, None)
    assert shown["status_notes"].endswith("Mengandung ujaran kebencian.")


@pytest.mark.parametrize("by", ["the reporter", "a verifier"])
def test_a_secret_request_is_as_if_it_were_not_there(city: City, by: str) -> None:
    name = city.report(**({"attribute[secret]": "true"} if by == "the reporter" else {}))
    city.changed(name, status=Status.VERIFIED, secret=True)

    def ask(one: str) -> list[tuple[int, bytes]]:
        answers = (
            city.get(f"requests/{one}"),
            city.get(f"tokens/{one}"),
            city.get("requests", service_request_id=one),
            city.get("servicerequestupdates", service_request_id=one),
        )
        return [(answer.status_code, answer.data) for answer in answers]

    assert ask(name) == ask(builders.tracking_id("never reported"))
    assert [status for status, _ in ask(name)] == [404, 404, 200, 200]
    assert city.listed() == city.get("servicerequestupdates").get_json() == []


def test_who_reports_anonymously_or_in_secret_keeps_it_so(city: City) -> None:
    city.report(**{"attribute[anonymous]": "true", "attribute[secret]": "false"})

    (received,) = city.stage.announced(ReportReceived)
    assert (received.anonymous, received.secret) == (True, False)


def test_each_public_step_is_an_update(city: City) -> None:
    name = city.report()
    city.changed(name, status=Status.ROUTED, agency_name="PLN", changed_at=WEDNESDAY.replace(hour=4))
    city.changed(name, status=Status.CLOSED, agency_name="PLN", changed_at=WEDNESDAY.replace(hour=5))
    city.stage.clock.advance(hours=3)

    updates = city.get("servicerequestupdates").get_json()

    assert all(set(one) == UPDATE_FIELDS for one in updates)
    assert [(one["service_request_id"], one["status"]) for one in updates] == [(name, "open"), (name, "closed")]
    assert updates[0]["description"] == "Diteruskan ke instansi / Passed to an agency: PLN"
    later = city.get("servicerequestupdates", start_date="2026-01-07T04:30:00Z").get_json()
    assert later == updates[1:]


def test_a_token_is_the_id_at_once(city: City) -> None:
    name = city.report()

    assert city.get(f"tokens/{name}").get_json() == [{"service_request_id": name, "token": name}]


def test_an_id_may_be_written_as_people_do(city: City) -> None:
    name = city.report()

    assert city.get(f"requests/{name.lower().replace('-', '')}").get_json()[0]["service_request_id"] == name


def test_the_same_content_within_ten_minutes_is_one_request(city: City) -> None:
    first = city.report()
    city.stage.clock.advance(minutes=9, seconds=59)
    again = city.report()
    city.stage.clock.advance(minutes=10, seconds=1)
    later = city.report()

    assert first == again != later
    assert city.report(description="Lampu yang lain mati.") not in (first, later)


def test_the_same_content_from_another_client_is_another_request(city: City, jaki: City) -> None:
    assert city.report() != jaki.report()


def test_whoever_sends_a_public_request_again_does_not_get_its_secret_code(city: City, jaki: City) -> None:
    receipts = {
        name: [client.post("requests", LAMP, **headers).get_json()[0]["service_notice"][-19:] for _ in range(2)]
        for name, client, headers in (
            ("anybody", city, {}),
            ("with a key", jaki, {}),
            ("who said which", city, {"Idempotency-Key": "kunci-1"}),
        )
    }

    assert receipts["anybody"][0] != receipts["anybody"][1] == "Follow your report there)."[-19:]
    assert receipts["with a key"][0] == receipts["with a key"][1]
    assert receipts["who said which"][0] == receipts["who said which"][1]


def test_a_clients_own_key_is_not_for_two_requests(city: City) -> None:
    city.post("requests", LAMP, **{"Idempotency-Key": "kunci-1"})

    other = city.post("requests", {**LAMP, "description": "Yang lain."}, **{"Idempotency-Key": "kunci-1"})

    assert other.status_code == 409
    assert described(other)
    assert city.post("requests", LAMP, **{"Idempotency-Key": "\u00e9"}).status_code == 400


def test_a_key_that_is_not_known_is_refused(city: City) -> None:
    response = city.post("requests", {**LAMP, "api_key": "guessed"})

    assert response.status_code == 403
    assert described(response) == ["api_key: missing or not known."]


def test_an_operator_may_ask_everybody_for_a_key(engine: Any, intake_settings: dict[str, Any]) -> None:
    strict = Stage(service, engine, **intake_settings, open311_needs_key=True)

    assert City(strict).post("requests", LAMP).status_code == 403
    assert City(strict, "jaki").post("requests", LAMP).status_code == 201
    assert City(strict).get("services").status_code == 200


def test_who_has_no_key_reports_less_often(engine: Any, intake_settings: dict[str, Any]) -> None:
    stage = Stage(service, engine, **intake_settings, limit_address=parse("2 per hour"))
    anybody, jaki = City(stage), City(stage, "jaki")

    answers = [anybody.post("requests", {**LAMP, "description": f"Lampu {n} mati."}) for n in range(3)]
    trusted = [jaki.post("requests", {**LAMP, "description": f"Lampu {n} mati."}) for n in range(3)]

    assert [one.status_code for one in answers] == [201, 201, 429]
    assert int(answers[2].headers["Retry-After"]) > 0
    assert [one.status_code for one in trusted] == [201, 201, 201]


def test_the_client_that_handed_it_in_completes_what_was_asked_back(jaki: City) -> None:
    name = jaki.report()
    jaki.stage.hear(builders.returned(report_id=jaki.report_id(name), tracking_id=name))

    response = jaki.post("servicerequestupdates", {"service_request_id": name, "description": "Di depan nomor 5."})

    assert response.status_code == 201
    assert list(response.get_json()[0]) == ["update_id"]
    assert [one.body for one in jaki.stage.announced(ReportSupplemented)] == ["Di depan nomor 5."]
    assert jaki.stage.announced(ReporterCommanded) == []


def test_the_client_that_handed_it_in_replies_for_its_reporter(jaki: City) -> None:
    name = jaki.report(email="siti@example.org")
    jaki.changed(name, status=Status.ROUTED)
    update = {"service_request_id": name, "description": "Masih mati! siti@example.org", "update_id": "17"}

    first, again = (jaki.post("servicerequestupdates", update).get_json() for _ in range(2))

    said, *_ = jaki.stage.announced(ReporterCommanded)
    assert first == again == [{"update_id": str(said.command_id)}]
    assert (said.command, said.tracking_id, said.is_reporter) == (Command.REPLY, name, True)
    assert said.text
    assert "siti@" not in said.text


@pytest.mark.parametrize("status", [None, Status.VERIFIED, Status.CLOSED, Status.ARCHIVED])
def test_a_reply_that_nobody_would_read_is_refused(jaki: City, status: Status | None) -> None:
    name = jaki.report()
    if status:
        jaki.changed(name, status=status)

    response = jaki.post("servicerequestupdates", {"service_request_id": name, "description": "Masih mati!"})

    assert response.status_code == 409
    assert described(response)
    assert jaki.stage.announced(ReporterCommanded) == []


def test_nobody_else_speaks_for_a_reporter(city: City, jaki: City) -> None:
    name, other = jaki.report(), City(jaki.stage, "medan")
    update = {"service_request_id": name, "description": "Sudah beres, terima kasih."}

    answers = [client.post("servicerequestupdates", update) for client in (city, other)]

    assert [one.status_code for one in answers] == [403, 404]
    assert jaki.stage.announced(ReporterCommanded) == []


@pytest.mark.parametrize(
    "path",
    [
        "services",
        "services.yaml",
        "services/T99.json",
        "requests/none.json",
        "requests.html",
        "tokens/x.xml",
        "../v1/services.json",
        "requests.json/",
        "%ff%fe.xml",
        "",
    ],
)
def test_what_is_not_there_is_not_found_in_the_standards_words(city: City, path: str) -> None:
    response = city.stage.client.get(f"{URL}/{path}")

    assert response.status_code == 404
    if path.endswith(".json"):
        assert described(response)
    else:
        assert list(xmltodict.parse(response.data)["errors"]["error"]) == ["code", "description"]


def test_a_method_that_is_not_there_is_not_found_either(city: City) -> None:
    assert city.stage.client.delete(f"{URL}/requests.json").status_code == 404


def test_a_body_that_is_too_large_is_refused_in_the_standards_words(city: City) -> None:
    response = city.post("requests", {**LAMP, "x": "x" * 300_000})

    assert response.status_code == 413
    assert described(response)


@pytest.mark.parametrize(
    ("path", "root"),
    [
        ("discovery", "discovery"),
        ("services", "services"),
        ("services/T01", "service_definition"),
        ("requests", "service_requests"),
        ("servicerequestupdates", "service_requests_updates"),
        ("nothing", "errors"),
    ],
)
def test_xml_and_json_say_the_same_without_a_charset(city: City, path: str, root: str) -> None:
    city.changed(city.report(), status=Status.ROUTED, agency_name="<PLN> & \ufffeCo")

    as_xml, as_json = (city.stage.client.get(f"{URL}/{path}.{form}") for form in ("xml", "json"))

    assert (as_xml.headers["Content-Type"], as_json.headers["Content-Type"]) == ("text/xml", "application/json")
    assert as_xml.data.startswith(b"<?xml")
    assert flat(xmltodict.parse(as_xml.data)[root]) == flat(as_json.get_json())


def flat(content: Any) -> list[str]:
    """All values in their order, as text."""
    if isinstance(content, dict):
        content = list(content.values())
    if isinstance(content, list):
        return [text for member in content for text in flat(member)]
    text = str(content).lower() if isinstance(content, bool) else str(content or "")
    return [text.replace("\ufffe", "")] if text else []


def test_what_can_be_reported_may_be_kept_for_a_while_and_requests_may_not(city: City) -> None:
    assert city.get("services").headers["Cache-Control"] == "public, max-age=3600"
    assert city.get("requests").headers["Cache-Control"] == "no-store"
