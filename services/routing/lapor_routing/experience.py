"""The learned model as the service uses it: found by a setting, loaded once, asked about whole batches."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from lapor_chassis.errors import SettingsError
from lapor_routing.domain.choice import Report
from lapor_routing.domain.learned import Prediction

MODEL = "LAPOR_ROUTING_MODEL"


class Model(Protocol):
    """What can be asked about many reports at once."""

    @property
    def version(self) -> str:
        """By which its decisions are known."""
        ...

    def predict(self, reports: Sequence[Report]) -> list[tuple[Prediction, ...]]:
        """The probable bodies for each report; none where it has not learned."""
        ...


def ask(model: Model | None, reports: Sequence[Report]) -> list[tuple[Prediction, ...]]:
    """What a model says of each report; nothing where there is no model."""
    return model.predict(reports) if model and reports else [()] * len(reports)


def model_at(path: Path | None) -> Model | None:
    """The model that the settings name, loaded and checked; what is wrong with it stops the start."""
    if path is None:
        return None
    from lapor_routing.learning import ModelFileError, load  # scikit-learn takes a second, and most need none

    try:
        return load(path)
    except (OSError, ModelFileError) as error:
        raise SettingsError(f"{MODEL}: {path}: {error}") from None
