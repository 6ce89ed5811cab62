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
    ReasonSchema,
    RefusalSchema,
    ReportSchema,
    SealedSchema,
    TurnSchema,
)
from lapor_routing.schemas.drafts import (
    ApprovalSchema,
    DraftSchema,
    ExtendSchema,
    NoteSchema,
    OfficerSchema,
    WriteDraftSchema,
)
from lapor_routing.schemas.sharing import AddCoOwnerSchema, CopyPageSchema, SendCopySchema
from lapor_routing.schemas.sign_in import SignInFormSchema, SignInSchema, TokenSchema

__all__ = [
    "AddCoOwnerSchema",
    "AgencyPageSchema",
    "AgencySchema",
    "AgencySearchSchema",
    "AnswerSchema",
    "ApprovalSchema",
    "AssignmentSchema",
    "CandidateSchema",
    "CopyPageSchema",
    "DossierSchema",
    "DraftSchema",
    "EntryPageSchema",
    "EntrySchema",
    "EvidenceSchema",
    "ExtendSchema",
    "GiveAnswerSchema",
    "GroundsSchema",
    "HandoverSchema",
    "HolderSchema",
    "InboxSchema",
    "MessageSchema",
    "NoteSchema",
    "OfficerSchema",
    "ReasonSchema",
    "RefusalSchema",
    "ReportSchema",
    "SealedSchema",
    "SendCopySchema",
    "SignInFormSchema",
    "SignInSchema",
    "TokenSchema",
    "TurnSchema",
    "WriteDraftSchema",
]
