"""What schemathesis makes up from each service's OpenAPI document, right and wrong: answers keep its promises."""

from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis import GenerationMode
from schemathesis.specs.openapi import checks

from lapor_contracts.vocabulary import Role
from lapor_launcher.services import NAMES
from tests.support.embedded_system import EmbeddedSystem

pytestmark = pytest.mark.system

PROMISES = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
]

#: The same requests in each run: a failure is one that can be looked at.
EXAMPLES = hypothesis.settings(
    max_examples=8,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)


@pytest.mark.parametrize("service", NAMES)
def test_every_answer_is_one_that_the_document_names(shared_system: EmbeddedSystem, service: str) -> None:
    front = shared_system.front()
    document = schemathesis.openapi.from_url(f"{front.url}/api/v1/openapi/{service}.json")
    everybody = front.staff(*Role, agency_code="BUMN-PLN")
    broken: dict[str, str] = {}

    for found in document.get_all_operations():
        operation = found.ok()
        for mode in GenerationMode.POSITIVE, GenerationMode.NEGATIVE:

            @EXAMPLES
            @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
            def holds(case: Any) -> None:
                case.call_and_validate(
                    base_url=front.url, headers={"Authorization": f"Bearer {everybody}"}, checks=PROMISES
                )

            try:
                holds()
            except hypothesis.errors.Unsatisfiable:
                pass  # nothing that could be asked for here would be wrong
            except Exception as error:
                broken[f"{operation.label} {mode.value}"] = str(error)

    assert not broken, "\n\n".join(f"{name}: {why}" for name, why in broken.items())
    assert shared_system.logged.read_text() == ""
