"""The only place of verification that speaks SQL."""

from lapor_verification.store.canned import add_canned_text, read_canned_texts
from lapor_verification.store.cases import (
    add_appeal,
    add_cases,
    add_deadline,
    add_decision,
    add_edit,
    add_redaction,
    add_supplement,
    lock_appealed,
    lock_case,
    lock_reports,
    lock_returned,
    lock_supplemented,
    put_in_order,
    read_case,
    read_cases,
    save_cases,
)
from lapor_verification.store.categories import category_version, load_categories, lock_tree, read_tree
from lapor_verification.store.desk import Sift, count_cases, find_cases, lock_next, save_holder
from lapor_verification.store.policies import Setting, add_policy, policy_version, read_policies, read_policy
from lapor_verification.store.self_verifying import note_agencies, of_body
from lapor_verification.store.tables import cases, deadlines, decisions, metadata, redactions, supplements

__all__ = [
    "Setting",
    "Sift",
    "add_appeal",
    "add_canned_text",
    "add_cases",
    "add_deadline",
    "add_decision",
    "add_edit",
    "add_policy",
    "add_redaction",
    "add_supplement",
    "cases",
    "category_version",
    "count_cases",
    "deadlines",
    "decisions",
    "find_cases",
    "load_categories",
    "lock_appealed",
    "lock_case",
    "lock_next",
    "lock_reports",
    "lock_returned",
    "lock_supplemented",
    "lock_tree",
    "metadata",
    "note_agencies",
    "of_body",
    "policy_version",
    "put_in_order",
    "read_canned_texts",
    "read_case",
    "read_cases",
    "read_policies",
    "read_policy",
    "read_tree",
    "redactions",
    "save_cases",
    "save_holder",
    "supplements",
]
