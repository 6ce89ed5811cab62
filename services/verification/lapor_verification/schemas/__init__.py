"""What verifiers send and see. Limits are those of the events, declared there once."""

from lapor_verification.schemas.cases import CaseQuery, CaseSchema, CaseSummarySchema
from lapor_verification.schemas.decisions import (
    ArchivingForm,
    ArchivingSchema,
    DecidingSchema,
    ReturnForm,
    ReturnSchema,
    VerificationSchema,
)
from lapor_verification.schemas.marks import CorrectionForm, CorrectionSchema, key_of

__all__ = [
    "ArchivingForm",
    "ArchivingSchema",
    "CaseQuery",
    "CaseSchema",
    "CaseSummarySchema",
    "CorrectionForm",
    "CorrectionSchema",
    "DecidingSchema",
    "ReturnForm",
    "ReturnSchema",
    "VerificationSchema",
    "key_of",
]
