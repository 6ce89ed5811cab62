"""Evidence: files by which officers show what was done. Public once an answer names them, where the report is."""

from lapor_intake.evidence.giving import give, given, note_answer, note_recall
from lapor_intake.evidence.http import blueprints

__all__ = ["blueprints", "give", "given", "note_answer", "note_recall"]
