"""Events with everything that does not matter filled in: ``verified(category="tax")``."""

import uuid
from datetime import date, timedelta
from typing import Any

from lapor_contracts.events import (
    AgencyChanged,
    AgencyMailed,
    AgencyReplied,
    AppealDecided,
    Attachment,
    ClosureDecided,
    CommandAnswered,
    ContactPaused,
    ContactSealed,
    CoOwnerAdded,
    CoOwnerReleased,
    CopySent,
    DeadlineEscalated,
    DeadlineMissed,
    DeadlineSet,
    DeadlineWarned,
    DeliveryReported,
    EscalationRaised,
    EvidenceAdded,
    ExtensionGranted,
    FollowConfirmed,
    FollowEnded,
    FollowInvited,
    FollowRequested,
    IdentityDisclosed,
    IdentityForgotten,
    IdentityRequested,
    MessageAnswered,
    NoticeFailed,
    OutcomeAsked,
    OutcomePublished,
    OutcomeReported,
    PushSubscribed,
    ReferralFiled,
    ReferralOffered,
    ReportAnswered,
    ReportAppealed,
    ReportArchived,
    ReportClosed,
    ReportEdited,
    ReporterCommanded,
    ReporterStopped,
    ReportMerged,
    ReportRated,
    ReportRecalled,
    ReportReceived,
    ReportRedacted,
    ReportReferred,
    ReportRefused,
    ReportReopened,
    ReportReplied,
    ReportReturned,
    ReportRouted,
    ReportSplit,
    ReportSubmitted,
    ReportSupplemented,
    ReportUnroutable,
    ReportVerified,
    ReportWithdrawn,
    SealedContent,
    StaffContactEnded,
    StatusChanged,
)
from lapor_contracts.vocabulary import (
    AnswerKind,
    ArchiveReason,
    Channel,
    Clock,
    ClosedBy,
    Command,
    Kind,
    Level,
    Missing,
    Status,
)
from tests.support.stage import WEDNESDAY

#: The key of all tracking IDs in tests, and an ID that is genuine under it.
TRACKING_KEY = b"a key for tests only, 32 bytes.."


def tracking_id(seed: object = "one") -> str:
    """A genuine tracking ID; the same seed gives the same."""
    from lapor_chassis.tracking_ids import TrackingIds

    return TrackingIds(TRACKING_KEY).derived(str(seed))


def _given(changes: dict[str, Any], **defaults: Any) -> dict[str, Any]:
    report_id = changes.get("report_id") or uuid.uuid4()
    return {"report_id": report_id, "tracking_id": tracking_id(report_id), **defaults, **changes}


REPORT = {
    "channel": Channel.WEB,
    "kind": Kind.COMPLAINT,
    "title": "Jalan berlubang di depan pasar",
    "body": "Jalan di depan Pasar Rakyat berlubang besar sejak 3 Januari 2026, sudah dua motor terjatuh.",
    "occurred_on": date(2026, 1, 3),
    "region_code": "14.02",
    "place": "Depan Pasar Rakyat",
}


#: A body that is not the report's owner.
OTHER_BODY = {
    "agency_code": "PEMDA-14.02/OPD-DISHUB",
    "agency_name": "Dinas Perhubungan Kabupaten Indragiri Hulu",
}


def sealed(**changes: Any) -> SealedContent:
    """A whistleblower's content, which nobody can open unless keys are given."""
    defaults = {"content": "lapor-sealed-1:AAAA", "agency_code": "KPK", "oversight_key": "0a" * 32}
    return SealedContent(**{**defaults, "reporter_key": "0b" * 32, **changes})


def submitted(**changes: Any) -> ReportSubmitted:
    """A submission by an adapter."""
    kept = {k: v for k, v in REPORT.items() if k != "channel"}
    defaults = {"report_id": uuid.uuid4(), "idempotency_key": str(uuid.uuid4()), **kept}
    return ReportSubmitted(**{**defaults, **changes})


def received(**changes: Any) -> ReportReceived:
    """A report that intake has taken in, each of another house: unless a test wants it so, none repeats another."""
    given = _given(changes, received_at=WEDNESDAY, **REPORT)
    if "place" not in changes:
        given["place"] = f"{REPORT['place']} nomor {given['report_id'].int % 99_999}"
    return ReportReceived(**given)


def contact_sealed(**changes: Any) -> ContactSealed:
    """A sealed contact (not openable unless ``sealed`` is given)."""
    return ContactSealed(**_given(changes, sealed="c2VhbGVk", key_id="test"))


def supplemented(**changes: Any) -> ReportSupplemented:
    """The reporter's completion of a returned report."""
    return ReportSupplemented(**_given(changes, supplement_id=uuid.uuid4(), supplemented_at=WEDNESDAY))


def verified(**changes: Any) -> ReportVerified:
    """A report that is complete and admissible."""
    return ReportVerified(**_given(changes, verified_at=WEDNESDAY, verified_by="system", **REPORT))


def referral_filed(**changes: Any) -> ReferralFiled:
    """What the Ombudsman is to read of a report that nobody had verified."""
    return ReferralFiled(**_given(changes, verified_at=WEDNESDAY, verified_by="system", **REPORT))


def returned(**changes: Any) -> ReportReturned:
    """A report that lacks something."""
    return ReportReturned(
        **_given(changes, returned_at=WEDNESDAY, returned_by="officer-1", missing=(Missing.WHERE,), message="Di mana?")
    )


def archived(**changes: Any) -> ReportArchived:
    """A report that goes no further."""
    return ReportArchived(
        **_given(
            changes,
            archived_at=WEDNESDAY,
            archived_by="officer-1",
            reason_code=ArchiveReason.NOT_CLEAR,
            reason="Isi laporan tidak dapat dipahami.",
        )
    )


def routed(**changes: Any) -> ReportRouted:
    """A report that a body owns."""
    return ReportRouted(
        **_given(
            changes,
            disposition_id=uuid.uuid4(),
            routed_at=WEDNESDAY,
            routed_by="system",
            agency_code="PEMDA-14.02/OPD-DPUPR",
            agency_name="Dinas Pekerjaan Umum dan Penataan Ruang Kabupaten Indragiri Hulu",
            kind=Kind.COMPLAINT,
        )
    )


def unroutable(**changes: Any) -> ReportUnroutable:
    """A report that stands in the coordinator's queue."""
    return ReportUnroutable(**_given(changes, decided_at=WEDNESDAY, reason="Tidak ada instansi yang cocok."))


def refused(**changes: Any) -> ReportRefused:
    """A body named another one."""
    return ReportRefused(
        **_given(
            changes,
            disposition_id=uuid.uuid4(),
            refused_at=WEDNESDAY,
            refused_by="officer-1",
            agency_code="PEMDA-14.02/OPD-DPUPR",
            agency_name="Dinas Pekerjaan Umum dan Penataan Ruang Kabupaten Indragiri Hulu",
            named_agency_code="PEMDA-14.02/OPD-DISHUB",
            reason="Rambu bukan kewenangan kami.",
        )
    )


def answered(**changes: Any) -> ReportAnswered:
    """A body's answer, substantive unless said otherwise."""
    return ReportAnswered(
        **_given(
            changes,
            disposition_id=uuid.uuid4(),
            answer_id=uuid.uuid4(),
            answered_at=WEDNESDAY,
            answered_by="officer-1",
            agency_code="PEMDA-14.02/OPD-DPUPR",
            agency_name="Dinas Pekerjaan Umum dan Penataan Ruang Kabupaten Indragiri Hulu",
            answer_kind=AnswerKind.SUBSTANTIVE,
            text="Lubang sudah ditambal pada 6 Januari 2026.",
        )
    )


def agency_replied(**changes: Any) -> AgencyReplied:
    """An answer from an agency's own system."""
    defaults = {
        "report_id": uuid.uuid4(),
        "disposition_id": uuid.uuid4(),
        "reply_id": uuid.uuid4(),
        "agency_code": "PLN",
        "answer_kind": AnswerKind.SUBSTANTIVE,
        "text": "Gardu sudah diperbaiki.",
    }
    return AgencyReplied(**{**defaults, **changes})


def replied(**changes: Any) -> ReportReplied:
    """The reporter wrote back."""
    return ReportReplied(**_given(changes, reply_id=uuid.uuid4(), replied_at=WEDNESDAY, text="Masih berlubang."))


def closed(**changes: Any) -> ReportClosed:
    """The report is at its end."""
    return ReportClosed(**_given(changes, closed_at=WEDNESDAY, closed_by=ClosedBy.REPORTER))


def deadline_set(**changes: Any) -> DeadlineSet:
    """A clock was announced."""
    defaults = {"deadline_id": uuid.uuid4(), "clock": Clock.VERIFY, "starts_at": WEDNESDAY, "due_at": WEDNESDAY}
    return DeadlineSet(**_given(changes, **defaults))


def deadline_warned(**changes: Any) -> DeadlineWarned:
    """A part of a clock's time is gone."""
    defaults = {"deadline_id": uuid.uuid4(), "clock": Clock.COMPLETION, "percent": 80}
    times = {"due_at": WEDNESDAY, "warned_at": WEDNESDAY}
    return DeadlineWarned(**_given(changes, **defaults, **times))


def deadline_escalated(**changes: Any) -> DeadlineEscalated:
    """A clock that ran out went up a level."""
    defaults = {"deadline_id": uuid.uuid4(), "clock": Clock.FIRST_ANSWER, "level": Level.AGENCY}
    times = {"due_at": WEDNESDAY, "escalated_at": WEDNESDAY}
    return DeadlineEscalated(**_given(changes, **defaults, **times))


def deadline_missed(**changes: Any) -> DeadlineMissed:
    """A clock ran out."""
    defaults = {"deadline_id": uuid.uuid4(), "clock": Clock.VERIFY, "due_at": WEDNESDAY, "missed_at": WEDNESDAY}
    return DeadlineMissed(**_given(changes, **defaults))


def notice_failed(**changes: Any) -> NoticeFailed:
    """A notice was given up."""
    defaults = {
        "report_id": uuid.uuid4(),
        "notice_id": uuid.uuid4(),
        "template": "routed",
        "via": "sms",
        "attempts": 6,
        "failed_at": WEDNESDAY,
        "reason": "gateway refused",
    }
    return NoticeFailed(**{**defaults, **changes})


def identity_requested(**changes: Any) -> IdentityRequested:
    """An officer asked who the reporter is."""
    return IdentityRequested(**_given(changes, request_id=uuid.uuid4(), requested_at=WEDNESDAY))


def identity_disclosed(**changes: Any) -> IdentityDisclosed:
    """One officer may see who the reporter is, for eight hours."""
    defaults = {"request_id": uuid.uuid4(), "disclosed_at": WEDNESDAY, "until": WEDNESDAY + timedelta(hours=8)}
    return IdentityDisclosed(**_given(changes, **defaults, legal_basis="Pasal 30 UU 25/2009"))


def identity_forgotten(**changes: Any) -> IdentityForgotten:
    """The reporter's data key is destroyed."""
    return IdentityForgotten(**_given(changes, forgotten_at=WEDNESDAY))


def redacted(**changes: Any) -> ReportRedacted:
    """A verifier put right what the public must not read."""
    defaults = {"redacted_at": WEDNESDAY, "redacted_by": "officer-1", "reason": "Nama orang."}
    return ReportRedacted(**_given(changes, **defaults))


def status_changed(**changes: Any) -> StatusChanged:
    """tracking tells a channel that shows its reports of a step."""
    defaults = {"change_id": uuid.uuid4(), "channel": Channel.OPEN311, "changed_at": WEDNESDAY}
    return StatusChanged(**_given(changes, **defaults, status=Status.RECEIVED))


def commanded(**changes: Any) -> ReporterCommanded:
    """A reporter asks by message how the report stands."""
    defaults = {"command_id": uuid.uuid4(), "commanded_at": WEDNESDAY, "command": Command.STATUS, "is_reporter": True}
    return ReporterCommanded(**_given(changes, **defaults, sealed="c2VhbGVk", key_id="key"))


def command_answered(**changes: Any) -> CommandAnswered:
    """tracking did what a message asked for."""
    defaults = {"command_id": uuid.uuid4(), "answered_at": WEDNESDAY, "command": Command.STATUS, "done": True}
    return CommandAnswered(**_given(changes, **defaults, status=Status.RECEIVED, sealed="c2VhbGVk", key_id="key"))


def message_answered(**changes: Any) -> MessageAnswered:
    """intake answers a message that was no report."""
    defaults = {"report_id": uuid.uuid4(), "answered_at": WEDNESDAY, "text": "LAPOR! Kirim: STATUS nomor-laporan."}
    return MessageAnswered(**{**defaults, "sealed": "c2VhbGVk", "key_id": "key", **changes})


def stopped(**changes: Any) -> ReporterStopped:
    """The reporter wants no more notices."""
    return ReporterStopped(**_given(changes, stopped_at=WEDNESDAY))


def recalled(**changes: Any) -> ReportRecalled:
    """A verifier took a verified report back."""
    return ReportRecalled(
        **_given(changes, recalled_at=WEDNESDAY, recalled_by="officer-1", round=1, reason="Tempatnya perlu diperiksa.")
    )


def merged(**changes: Any) -> ReportMerged:
    """A report that follows an earlier one."""
    parent = changes.get("parent_report_id") or uuid.uuid4()
    defaults = {"parent_report_id": parent, "parent_tracking_id": tracking_id(parent), "merged_at": WEDNESDAY}
    return ReportMerged(**_given(changes, **defaults, merged_by="officer-1", reason="Lubang yang sama."))


def split_off(**changes: Any) -> ReportSplit:
    """A report that was no repeat after all."""
    return ReportSplit(**_given(changes, parent_report_id=uuid.uuid4(), split_at=WEDNESDAY, split_by="officer-1"))


def edited(**changes: Any) -> ReportEdited:
    """What the public reads instead."""
    defaults = {"edited_at": WEDNESDAY, "edited_by": "officer-1", "reason": "Kata kasar dihilangkan."}
    return ReportEdited(**_given(changes, **defaults, title="Jalan berlubang"))


def appealed(**changes: Any) -> ReportAppealed:
    """Its reporter does not accept that the report was archived."""
    defaults = {"appeal_id": uuid.uuid4(), "appealed_at": WEDNESDAY}
    return ReportAppealed(**_given(changes, **defaults, text="Tempatnya sudah saya tulis."))


def appeal_decided(**changes: Any) -> AppealDecided:
    """Somebody else looked at an archived report again."""
    defaults = {"appeal_id": uuid.uuid4(), "decided_at": WEDNESDAY, "decided_by": "officer-2"}
    return AppealDecided(**_given(changes, **defaults, granted=True, reason="Laporan memang lengkap."))


def co_owner_added(**changes: Any) -> CoOwnerAdded:
    """A further body must act too."""
    defaults = {"disposition_id": uuid.uuid4(), "added_at": WEDNESDAY, "added_by": "officer-1", "kind": Kind.COMPLAINT}
    return CoOwnerAdded(**_given(changes, **defaults, **OTHER_BODY, reason="Rambunya roboh."))


def co_owner_released(**changes: Any) -> CoOwnerReleased:
    """A further body has no part in it after all."""
    defaults = {"disposition_id": uuid.uuid4(), "released_at": WEDNESDAY, "released_by": "officer-1"}
    return CoOwnerReleased(**_given(changes, **defaults, **OTHER_BODY, reason="Rambu itu milik pasar."))


def copy_sent(**changes: Any) -> CopySent:
    """A body may read along."""
    return CopySent(**_given(changes, sent_at=WEDNESDAY, sent_by="officer-1", **OTHER_BODY))


def extension_granted(**changes: Any) -> ExtensionGranted:
    """A body takes longer."""
    defaults = {"disposition_id": uuid.uuid4(), "extension_id": uuid.uuid4(), "granted_at": WEDNESDAY}
    body = {"agency_code": "PEMDA-14.02/OPD-DPUPR", "agency_name": "Dinas PUPR Kabupaten Indragiri Hulu"}
    reason = "Aspal baru dikirim minggu depan."
    return ExtensionGranted(
        **_given(changes, **defaults, granted_by="officer-1", **body, working_days=5, reason=reason)
    )


def agency_changed(**changes: Any) -> AgencyChanged:
    """A body of the directory is no longer as it was."""
    defaults = {"report_id": uuid.uuid4(), "changed_at": WEDNESDAY, "active": True}
    body = {"agency_code": OTHER_BODY["agency_code"], "name": OTHER_BODY["agency_name"]}
    return AgencyChanged(**{**defaults, **body, **changes})


def agency_mailed(**changes: Any) -> AgencyMailed:
    """A letter that answers one of routing's."""
    defaults = {"report_id": uuid.uuid4(), "mailed_at": WEDNESDAY, "token": "a" * 52, "sender_domain": "inhu.example"}
    return AgencyMailed(**{**defaults, "text": "Petugas kami ke lokasi besok.", **changes})


def attachment(**changes: Any) -> Attachment:
    """A file that intake keeps."""
    return Attachment(**{"id": uuid.uuid4(), "media_type": "image/jpeg", "size": 183_200, **changes})


def rated(**changes: Any) -> ReportRated:
    """How content the reporter is."""
    return ReportRated(**_given(changes, rating_id=uuid.uuid4(), rated_at=WEDNESDAY, rating=4))


def reopened(**changes: Any) -> ReportReopened:
    """The reporter says "not done"."""
    defaults = {"reopening_id": uuid.uuid4(), "reopened_at": WEDNESDAY, "agency_code": "PEMDA-14.02/OPD-DPUPR"}
    return ReportReopened(**_given(changes, **defaults))


def withdrawn(**changes: Any) -> ReportWithdrawn:
    """The reporter takes the report back."""
    return ReportWithdrawn(**_given(changes, withdrawal_id=uuid.uuid4(), withdrawn_at=WEDNESDAY))


def referral_offered(**changes: Any) -> ReferralOffered:
    """The Ombudsman may take the report over."""
    return ReferralOffered(**_given(changes, offered_at=WEDNESDAY))


def referred(**changes: Any) -> ReportReferred:
    """The Ombudsman has the report."""
    return ReportReferred(**_given(changes, referral_id=uuid.uuid4(), referred_at=WEDNESDAY, agency_code="ORI"))


def outcome_asked(**changes: Any) -> OutcomeAsked:
    """Whether what was done holds."""
    return OutcomeAsked(**_given(changes, question_id=uuid.uuid4(), asked_at=WEDNESDAY))


def outcome_reported(**changes: Any) -> OutcomeReported:
    """It holds."""
    return OutcomeReported(**_given(changes, question_id=uuid.uuid4(), reported_at=WEDNESDAY, holds=True))


def closure_decided(**changes: Any) -> ClosureDecided:
    """An administrator holds the report to be at its end."""
    defaults = {"closure_id": uuid.uuid4(), "decided_at": WEDNESDAY, "decided_by": "officer-2"}
    return ClosureDecided(**_given(changes, **defaults, reason="Jalan sudah diaspal, foto terlampir."))


def escalation_raised(**changes: Any) -> EscalationRaised:
    """A clock that ran out came to a desk."""
    defaults = {"deadline_id": uuid.uuid4(), "clock": Clock.FIRST_ANSWER, "level": Level.AGENCY}
    times = {"due_at": WEDNESDAY, "raised_at": WEDNESDAY}
    return EscalationRaised(**_given(changes, **defaults, **times, agency_code="PEMDA-14.02/OPD-DPUPR"))


def staff_contact_ended(**changes: Any) -> StaffContactEnded:
    """An officer is to be written to no more."""
    return StaffContactEnded(**{"report_id": uuid.uuid4(), "ended_at": WEDNESDAY, **changes})


def evidence_added(**changes: Any) -> EvidenceAdded:
    """A photo of what was done."""
    body = {"added_by": "officer-1", "agency_code": "PEMDA-14.02/OPD-DPUPR"}
    return EvidenceAdded(**_given(changes, added_at=WEDNESDAY, **body, attachments=(attachment(),)))


def follow_requested(**changes: Any) -> FollowRequested:
    """Somebody wants to hear the outcome (not openable unless ``sealed`` is given)."""
    return FollowRequested(**_given(changes, requested_at=WEDNESDAY, sealed="c2VhbGVk", key_id="test"))


def follow_invited(**changes: Any) -> FollowInvited:
    """The report that somebody wants to follow is public (not openable unless ``sealed`` is given)."""
    return FollowInvited(**_given(changes, invited_at=WEDNESDAY, sealed="c2VhbGVk", key_id="test"))


def follow_confirmed(**changes: Any) -> FollowConfirmed:
    """The follower's address is theirs."""
    return FollowConfirmed(**_given(changes, confirmed_at=WEDNESDAY))


def follow_ended(**changes: Any) -> FollowEnded:
    """The follower wants to hear no more."""
    return FollowEnded(**_given(changes, ended_at=WEDNESDAY))


def outcome_published(**changes: Any) -> OutcomePublished:
    """A report that somebody follows was closed by its reporter."""
    end = {"change_id": uuid.uuid4(), "status": Status.CLOSED, "closed_by": ClosedBy.REPORTER}
    return OutcomePublished(**_given(changes, **end, happened_at=WEDNESDAY))


def push_subscribed(**changes: Any) -> PushSubscribed:
    """The reporter wants notices in this browser (not openable unless ``sealed`` is given)."""
    defaults = {"subscription_id": uuid.uuid4(), "subscribed_at": WEDNESDAY, "sealed": "c2VhbGVk", "key_id": "test"}
    return PushSubscribed(**_given(changes, **defaults))


def delivery_reported(**changes: Any) -> DeliveryReported:
    """A provider's later word on a message: delivered."""
    defaults = {"report_id": uuid.uuid4(), "via": "sms", "notice_id": uuid.uuid4(), "reported_at": WEDNESDAY}
    return DeliveryReported(**{**defaults, "delivered": True, **changes})


def contact_paused(**changes: Any) -> ContactPaused:
    """An address takes nothing any more. It has no tracking ID: notification knows the report alone."""
    defaults = {"report_id": uuid.uuid4(), "via": "email", "paused_at": WEDNESDAY, "reachable": False}
    return ContactPaused(**{**defaults, "reason": "5.1.1", **changes})
