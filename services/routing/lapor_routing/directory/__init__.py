"""The directory of agencies in routing's database: load it, read it, search it, change it."""

from lapor_routing.directory.loading import Loaded, load_directory
from lapor_routing.directory.reading import (
    Asked,
    Past,
    agency,
    competences_of,
    competent_for,
    directory_version,
    history_of,
    read_around,
    read_directory,
    roots,
    search_agencies,
    units_of,
    units_page,
)
from lapor_routing.directory.tables import agencies, agency_changes, agency_words, competences, directory_imports
from lapor_routing.directory.writing import find_by, lock, remove_competence, save_changes, save_competence

__all__ = [
    "Asked",
    "Loaded",
    "Past",
    "agencies",
    "agency",
    "agency_changes",
    "agency_words",
    "competences",
    "competences_of",
    "competent_for",
    "directory_imports",
    "directory_version",
    "find_by",
    "history_of",
    "load_directory",
    "lock",
    "read_around",
    "read_directory",
    "remove_competence",
    "roots",
    "save_changes",
    "save_competence",
    "search_agencies",
    "units_of",
    "units_page",
]
