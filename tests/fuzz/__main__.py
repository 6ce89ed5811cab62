"""Bring nonsense to a foreign form for as long as you like: ``python -m tests.fuzz email --seconds 600``.

With ``--with atheris`` (the default) libFuzzer looks for bytes that reach new code; with ``--with hypothesis`` examples
of the right form are bent. Either stops at the first answer of 500 or more, exception, or report stored by halves.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, given, settings

if TYPE_CHECKING:
    from tests.fuzz.forms import ForeignForm

CHECK_EVERY = 500


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("form")
    parser.add_argument("--with", dest="tool", choices=["atheris", "hypothesis"], default="atheris")
    parser.add_argument("--seconds", type=int, default=600)
    wanted = parser.parse_args()
    run = with_atheris if wanted.tool == "atheris" else with_hypothesis
    run(wanted.form, wanted.seconds)


def form_called(name: str, forms: Mapping[str, "ForeignForm"]) -> "ForeignForm":
    """The form, or the end with those that there are: they are known only once they are instrumented."""
    if name not in forms:
        sys.exit(f"{name}: no such form; there are {', '.join(forms)}")
    return forms[name]


def with_atheris(name: str, seconds: int) -> None:
    """Let libFuzzer choose the bytes, by the code of ours that they reach."""
    import atheris

    with atheris.instrument_imports(include=["lapor_intake", "lapor_contracts"]):
        from tests.fuzz.forms import FORMS, fresh_intake

    form = form_called(name, FORMS)
    intake, folder = fresh_intake()
    brought = 0

    def bring(content: bytes) -> None:
        nonlocal brought
        status = form.send(intake, content)
        assert status < 500, f"{name}: answered {status}"
        brought += 1
        if brought % CHECK_EVERY == 0:
            intake.check()

    with folder, tempfile.TemporaryDirectory() as corpus:
        for number, example in enumerate(form.examples):
            Path(corpus, str(number)).write_bytes(example)
        atheris.Setup([sys.argv[0], f"-max_total_time={seconds}", "-max_len=8192", "-timeout=20", corpus], bring)
        atheris.Fuzz()


def with_hypothesis(name: str, seconds: int) -> None:
    """Bend examples of the right form."""
    from tests.fuzz.bent import bent
    from tests.fuzz.forms import FORMS, fresh_intake

    form = form_called(name, FORMS)
    intake, folder = fresh_intake()
    brought = 0

    @settings(
        max_examples=CHECK_EVERY,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(bent(form.examples))
    def bring(content: bytes) -> None:
        nonlocal brought
        brought += 1
        status = form.send(intake, content)
        assert status < 500, f"{name}: answered {status}"

    with folder:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            bring()
            intake.check()
    print(f"{name}: {brought} brought, none broke anything")


if __name__ == "__main__":
    main()
