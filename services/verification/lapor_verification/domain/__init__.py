"""Whether a report is complete and admissible, and what may become of its case. Pure: no clock, no database."""
