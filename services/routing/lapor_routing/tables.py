"""The tables of routing's own database stand on this metadata: the directory's, the desk's and the chassis'."""

import sqlalchemy as sa

from lapor_chassis.transactions import chassis_tables

metadata = sa.MetaData()
chassis = chassis_tables(metadata)
