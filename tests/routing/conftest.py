"""A routing service with a handful of bodies."""

import pytest
import sqlalchemy as sa

from lapor_routing import service
from lapor_routing.directory import load_directory
from lapor_routing.domain.agencies import Agency, AgencyKind, AgencyStatus
from lapor_routing.reference.agencies import AgencyRow
from tests.support.staff import SIGNING_KEY
from tests.support.stage import Stage

HOME_AFFAIRS = Agency("KEMENDAGRI", "Kementerian Dalam Negeri", AgencyKind.MINISTRY)
INHU = Agency(
    "PEMDA-14.02",
    "Pemerintah Kabupaten Indragiri Hulu",
    AgencyKind.LOCAL_GOVERNMENT,
    parent_code="KEMENDAGRI",
    region_code="14.02",
)
ROADS = Agency(
    "PEMDA-14.02/OPD-DPUPR",
    "Dinas Pekerjaan Umum dan Penataan Ruang Kabupaten Indragiri Hulu",
    AgencyKind.REGIONAL_OFFICE,
    parent_code="PEMDA-14.02",
    region_code="14.02",
)
TRAFFIC = Agency(
    "PEMDA-14.02/OPD-DISHUB",
    "Dinas Perhubungan Kabupaten Indragiri Hulu",
    AgencyKind.REGIONAL_OFFICE,
    parent_code="PEMDA-14.02",
    region_code="14.02",
)
POWER = Agency("BUMN-PLN", "PT Perusahaan Listrik Negara (Persero)", AgencyKind.STATE_ENTERPRISE)
FORMER = Agency(
    "KEMENRISTEKDIKTI",
    "Kementerian Riset, Teknologi, dan Pendidikan Tinggi",
    AgencyKind.MINISTRY,
    status=AgencyStatus.FORMER,
)
BODIES = (HOME_AFFAIRS, INHU, ROADS, TRAFFIC, POWER, FORMER)


@pytest.fixture
def stage(engine: sa.Engine) -> Stage:
    """Routing, with `BODIES` in its directory."""
    stage = Stage(service, engine, database_url=str(engine.url), sign_in_key=SIGNING_KEY)
    with stage.transactions.begin() as tx:
        load_directory(tx, [AgencyRow(body, (body.name,)) for body in BODIES])
    return stage
