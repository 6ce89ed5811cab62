"""The directory that the service ships, made once for all tests of the choice."""

from functools import cache

from lapor_routing.domain.agencies import Directory
from lapor_routing.reference.agencies import agency_rows


@cache
def country() -> Directory:
    return Directory(row.agency for row in agency_rows())
