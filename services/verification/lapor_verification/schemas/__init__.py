"""What verifiers send and see. Limits are those of the events, declared there once."""

from lapor_verification.schemas.bulk import MOST, BulkSchema, OutcomesSchema, chosen_of
from lapor_verification.schemas.canned import CannedTextSchema, KnownTextSchema
from lapor_verification.schemas.cases import CaseQuery, CaseSchema, CaseSummarySchema, CountsSchema, SiftSchema
from lapor_verification.schemas.decisions import (
    AppealDecisionSchema,
    ArchiveReviewSchema,
    ArchivingForm,
    ArchivingSchema,
    DecidingSchema,
    ReturnForm,
    ReturnSchema,
    RewordingSchema,
    TakingSchema,
    VerificationSchema,
)
from lapor_verification.schemas.marks import CorrectionForm, CorrectionSchema, key_of

__all__ = [
    "MOST",
    "AppealDecisionSchema",
    "ArchiveReviewSchema",
    "ArchivingForm",
    "ArchivingSchema",
    "BulkSchema",
    "CannedTextSchema",
    "CaseQuery",
    "CaseSchema",
    "CaseSummarySchema",
    "CorrectionForm",
    "CorrectionSchema",
    "CountsSchema",
    "DecidingSchema",
    "KnownTextSchema",
    "OutcomesSchema",
    "ReturnForm",
    "ReturnSchema",
    "RewordingSchema",
    "SiftSchema",
    "TakingSchema",
    "VerificationSchema",
    "chosen_of",
    "key_of",
]
