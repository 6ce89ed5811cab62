"""How changes of the directory are read and written."""

from typing import Annotated, Any

from marshmallow import fields, validate

from lapor_chassis.web import StrictSchema, page_of, said
from lapor_contracts.fields import AgencyCode, RegionCode, enum_of, text
from lapor_contracts.schema import field_of
from lapor_routing.domain.agencies import AgencyKind
from lapor_routing.domain.directory_changes import LONGEST_NAME, ChangeKind
from lapor_routing.schemas.dispositions import ReasonSchema

REASON = 1_000
_Name = Annotated[str, text(LONGEST_NAME, 1)]


class _Lines(fields.String):
    """Texts, one in each line."""

    def _deserialize(self, *given: Any, **options: Any) -> tuple[str, ...]:  # type: ignore[override]
        lines = (super()._deserialize(*given, **options) or "").splitlines()
        return tuple(filter(None, map(str.strip, lines)))


class NewAgencySchema(StrictSchema):
    """A body to be added."""

    code = field_of(AgencyCode, required=True)
    name = said(LONGEST_NAME)
    short_name = text(LONGEST_NAME, load_default="")
    kind = enum_of(AgencyKind)
    kind.required = True
    parent_code = field_of(AgencyCode | None)
    region_code = field_of(RegionCode | None)
    aliases = field_of(tuple[_Name, ...])
    reason = text(REASON, load_default="")


class NewAgencyFormSchema(NewAgencySchema):
    """The same on the page, where the body above may be written by its name."""

    parent_code = text(LONGEST_NAME)


class AmendmentSchema(StrictSchema):
    """What is to be otherwise about a body; what is not sent stays."""

    name = text(LONGEST_NAME, 1)
    short_name = text(LONGEST_NAME)
    parent_code = field_of(AgencyCode | None)
    region_code = field_of(RegionCode | None)
    verifies_itself = fields.Boolean()
    aliases = field_of(tuple[_Name, ...])
    reason = said(REASON)


class AmendmentFormSchema(AmendmentSchema):
    """The same on the page."""

    parent_code = text(LONGEST_NAME)
    aliases = _Lines(load_default=())


class ClosureSchema(ReasonSchema):
    """A body is no more; none, one or several others take over."""

    successor_codes = fields.List(field_of(AgencyCode), load_default=list, validate=validate.Length(max=20))


class ClosureFormSchema(ClosureSchema):
    """The same on the page, where somebody looks twice."""

    confirmed = fields.Boolean(required=True, validate=validate.Equal(True))


class SubjectSchema(StrictSchema):
    """A topic or a category, in a place."""

    subject = text(40, 1, required=True)
    region_code = text(13, load_default="", metadata={"description": "With all regions in it; empty: everywhere."})


class CompetenceSchema(SubjectSchema):
    """For what, and where, a body comes first."""

    note = text(REASON, load_default="")


class CompetenceFormSchema(CompetenceSchema):
    """The same on the page, from which it is ended too."""

    ends = fields.Boolean(load_default=False)


class ChangeSchema(StrictSchema):
    """What somebody once changed about a body."""

    id = fields.UUID()
    kind = enum_of(ChangeKind)
    changed_at = fields.AwareDateTime()
    changed_by = fields.String()
    reason = fields.String()
    before = fields.Dict(metadata={"description": "What was otherwise."})
    after = fields.Dict()


ChangePageSchema = page_of(ChangeSchema)
