"""Tracking's API."""

from lapor_tracking.http.counter import Counter, Visit, address_of_request, admitted, nothing_to_show
from lapor_tracking.http.report import blueprint

__all__ = ["Counter", "Visit", "address_of_request", "admitted", "blueprint", "nothing_to_show"]
