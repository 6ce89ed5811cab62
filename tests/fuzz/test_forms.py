"""Nonsense in a foreign form gets a refusal: never a failure, never a report stored by halves."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.bent import bent
from tests.fuzz.forms import FORMS, Intake, fresh_intake

every_form = pytest.mark.parametrize("name", FORMS)


@pytest.fixture(scope="module")
def intake() -> Iterator[Intake]:
    """Intake with all its channels open."""
    made, folder = fresh_intake()
    with folder:
        yield made
        made.stage.transactions.engine.dispose()


@every_form
def test_what_is_written_rightly_is_taken(intake: Intake, name: str) -> None:
    answers = [FORMS[name].send(intake, example) for example in FORMS[name].examples]

    assert [answer for answer in answers if answer >= 300] == []


@every_form
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_what_is_bent_is_refused_and_breaks_nothing(intake: Intake, name: str, data: st.DataObject) -> None:
    content = data.draw(bent(FORMS[name].examples))

    status = FORMS[name].send(intake, content)

    assert status < 500
    intake.check()


def test_a_fuzzer_can_be_let_loose_on_a_form() -> None:
    command = [sys.executable, "-m", "tests.fuzz", "kannel", "--seconds", "3"]

    fuzzed = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)

    assert fuzzed.returncode == 0, fuzzed.stderr[-2000:]
