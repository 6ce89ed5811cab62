"""What verifiers send and see. Limits are those of the events, declared there once."""

from lapor_verification.schemas.bulk import MOST, BulkSchema, OutcomesSchema, chosen_of
from lapor_verification.schemas.canned import CannedTextSchema, KnownTextSchema
from lapor_verification.schemas.cases import CaseQuery, CaseSchema, CaseSummarySchema, CountsSchema, SiftSchema
from lapor_verification.schemas.categories import CategoryPageSchema, CategoryQuery
from lapor_verification.schemas.decisions import (
    AppealDecisionSchema,
    ArchiveReviewSchema,
    ArchivingForm,
    ArchivingSchema,
    DecidingSchema,
    RecallForm,
    RecallSchema,
    ReturnForm,
    ReturnSchema,
    RewordingForm,
    RewordingSchema,
    TakingSchema,
    VerificationForm,
    VerificationSchema,
)
from lapor_verification.schemas.marks import CorrectionForm, CorrectionSchema, key_of
from lapor_verification.schemas.policy import PolicyForm
from lapor_verification.schemas.repeats import (
    DraftSchema,
    MergingForm,
    MergingSchema,
    RepeatsSchema,
    SplittingSchema,
    SuggestionsSchema,
)

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
    "CategoryPageSchema",
    "CategoryQuery",
    "CorrectionForm",
    "CorrectionSchema",
    "CountsSchema",
    "DecidingSchema",
    "DraftSchema",
    "KnownTextSchema",
    "MergingForm",
    "MergingSchema",
    "OutcomesSchema",
    "PolicyForm",
    "RecallForm",
    "RecallSchema",
    "RepeatsSchema",
    "ReturnForm",
    "ReturnSchema",
    "RewordingForm",
    "RewordingSchema",
    "SiftSchema",
    "SplittingSchema",
    "SuggestionsSchema",
    "TakingSchema",
    "VerificationForm",
    "VerificationSchema",
    "chosen_of",
    "key_of",
]
