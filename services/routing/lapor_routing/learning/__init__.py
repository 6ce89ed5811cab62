"""A model that learns who is competent from decided reports. It needs scikit-learn: import it where it is asked for."""

from lapor_routing.learning.files import ModelFileError, load, save
from lapor_routing.learning.model import Model
from lapor_routing.learning.training import Example, Trained, TrainingError, is_better, told, train

__all__ = [
    "Example",
    "Model",
    "ModelFileError",
    "Trained",
    "TrainingError",
    "is_better",
    "load",
    "save",
    "told",
    "train",
]
