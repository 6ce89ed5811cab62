"""How routing's API is read and written."""

from lapor_routing.schemas.agencies import AgencyPageSchema, AgencySchema, AgencySearchSchema
from lapor_routing.schemas.coordination import AssignmentSchema
from lapor_routing.schemas.dispositions import (
    AnswerSchema,
    CandidateSchema,
    DossierSchema,
    EntryPageSchema,
    EntrySchema,
    EvidenceSchema,
    GiveAnswerSchema,
    GroundsSchema,
    HandoverSchema,
    HolderSchema,
    InboxSchema,
    MessageSchema,
    RefusalSchema,
    ReportSchema,
    SealedSchema,
    TurnSchema,
)
from lapor_routing.schemas.sign_in import SignInFormSchema, SignInSchema, TokenSchema

__all__ = [
    "AgencyPageSchema",
    "AgencySchema",
    "AgencySearchSchema",
    "AnswerSchema",
    "AssignmentSchema",
    "CandidateSchema",
    "DossierSchema",
    "EntryPageSchema",
    "EntrySchema",
    "EvidenceSchema",
    "GiveAnswerSchema",
    "GroundsSchema",
    "HandoverSchema",
    "HolderSchema",
    "InboxSchema",
    "MessageSchema",
    "RefusalSchema",
    "ReportSchema",
    "SealedSchema",
    "SignInFormSchema",
    "SignInSchema",
    "TokenSchema",
    "TurnSchema",
]
