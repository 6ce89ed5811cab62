"""The way into LAPOR! for others: hand in reports, and work on those that were given to an agency."""

from lapor_connect.adapter import ChannelAdapter
from lapor_connect.errors import Refused, Unavailable
from lapor_connect.submitted import Submitted
from lapor_connect.subscriber import AgencySubscriber, Assignment

__all__ = ["AgencySubscriber", "Assignment", "ChannelAdapter", "Refused", "Submitted", "Unavailable"]
