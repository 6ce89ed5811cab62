"""The field's standard terms. Values are what is written on the wire and in the stores."""

from enum import StrEnum


class Kind(StrEnum):
    """What the reporter wants (Indonesian: pengaduan, aspirasi, permintaan informasi)."""

    COMPLAINT = "complaint"
    ASPIRATION = "aspiration"
    INFORMATION_REQUEST = "information_request"


class Channel(StrEnum):
    """How a report came in (kanal)."""

    WEB = "web"
    APP = "app"
    SMS = "sms"
    X = "x"
    FACEBOOK = "facebook"
    INSTAGRAM = "instagram"
    WHATSAPP = "whatsapp"
    EMAIL = "email"
    COUNTER = "counter"
    BOX = "box"
    LETTER = "letter"
    TELEPHONE = "telephone"
    FAX = "fax"
    OPEN311 = "open311"
    PARTNER = "partner"


class Status(StrEnum):
    """Where a report stands in its life."""

    RECEIVED = "received"
    INCOMPLETE = "incomplete"
    VERIFIED = "verified"
    ROUTED = "routed"
    IN_PROGRESS = "in_progress"
    REPORTER_REPLIED = "reporter_replied"
    CLOSED = "closed"
    REOPENED = "reopened"
    ARCHIVED = "archived"
    MERGED = "merged"
    REFERRED = "referred"


class AnswerKind(StrEnum):
    """Only a substantive answer starts the clock of the reporter's silence."""

    INITIAL = "initial"
    QUESTION = "question"
    """The body cannot go on before the reporter has answered: until then its clock pauses."""
    SUBSTANTIVE = "substantive"


class AnswerType(StrEnum):
    """What a substantive answer says was done about the report."""

    DONE = "done"
    PLANNED = "planned"
    """It will be done, on a day that the answer names."""
    EXPLAINED = "explained"
    """Nothing is to be done, or nothing more: how things are."""
    REFUSED_BY_LAW = "refused_by_law"
    OTHER_BODY = "other_body"
    """This body did its part; for the rest another one is needed."""


class ClosedBy(StrEnum):
    """Three different endings, counted apart."""

    REPORTER = "reporter"
    ADMINISTRATOR = "administrator"
    SILENCE = "silence"


class DispositionEnd(StrEnum):
    """Why a body's own system has nothing more to do about an assignment, other than by its own decision."""

    CLOSED = "closed"
    RECALLED = "recalled"
    """The verification was undone; the report may come again as a new assignment."""
    RELEASED = "released"
    """A further body is not needed after all."""
    WITHDRAWN = "withdrawn"
    """By its reporter."""
    REFERRED = "referred"
    """The Ombudsman has the report now."""
    REOPENED = "reopened"
    """Its reporter did not accept the answer: somebody above sees to it."""


class ArchiveReason(StrEnum):
    """Why a report was archived (diarsipkan)."""

    NOT_CLEAR = "not_clear"
    TOO_GENERAL = "too_general"
    NOT_PUBLIC_SERVICE = "not_public_service"
    NO_EVIDENCE = "no_evidence"
    HATE_SPEECH = "hate_speech"
    SPAM = "spam"
    WRONG_FORMAT = "wrong_format"
    EXPIRED_INCOMPLETE = "expired_incomplete"
    REPORTERS_WISH = "reporters_wish"
    OUT_OF_SCOPE = "out_of_scope"


class Missing(StrEnum):
    """What an incomplete report lacks."""

    WHAT = "what"
    WHERE = "where"
    WHEN = "when"


class Clock(StrEnum):
    """The deadlines that the regulations set."""

    VERIFY = "verify"
    FIRST_ANSWER = "first_answer"
    INTERIM = "interim"
    """Where a report takes long: the body's next word on how it stands."""
    RESOLVE = "resolve"
    COMPLETION = "completion"
    REPORTER_SILENCE = "reporter_silence"
    OMBUDSMAN = "ombudsman"
    """After it the Ombudsman may take the report over, if its reporter agrees."""


class Level(StrEnum):
    """To whom a clock that ran out goes, one after the other (eskalasi)."""

    UNIT = "unit"
    AGENCY = "agency"
    COORDINATOR = "coordinator"
    MINISTRY = "ministry"
    """Of the field that the report is about."""
    PANRB = "panrb"
    """The ministry that runs the system."""


class Role(StrEnum):
    """What a member of staff may do."""

    VERIFIER = "verifier"
    OFFICER = "officer"
    ADMINISTRATOR = "administrator"
    """Of a body: keeps its units and its officers in order."""
    APPROVER = "approver"
    """Of a body (pejabat penghubung): lets go out what its officers have drafted."""
    COORDINATOR = "coordinator"
    SUPERVISOR = "supervisor"
    OPERATOR = "operator"
    CUSTODIAN = "custodian"


class Personal(StrEnum):
    """Personal data that stands in a text."""

    NIK = "nik"
    FAMILY_CARD = "family_card"
    TAX_NUMBER = "tax_number"
    PHONE = "phone"
    EMAIL = "email"
    BANK_ACCOUNT = "bank_account"
    PLATE = "plate"
    NAME = "name"


class Command(StrEnum):
    """What a reporter asks for by a message (SMS, WhatsApp, e-mail)."""

    STATUS = "status"
    REPLY = "reply"
    CLOSE = "close"
    REOPEN = "reopen"
    """Nothing was done: somebody else must see to it."""
    RATE = "rate"
    WITHDRAW = "withdraw"
    REFER = "refer"
    """The Ombudsman shall have it."""
