"""Who reads blind, the size of a pixel on the skin, the date of a pathologist's report."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from melanoscope.workstation.store.base import UtcTime

revision = "04_reading"
down_revision = "03_operations"


def upgrade() -> None:
    op.create_table(
        "blinded_readers",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("since", UtcTime(), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_blinded_readers_account_id")),
        sa.ForeignKeyConstraint(["set_by_id"], ["accounts.id"], name=op.f("fk_blinded_readers_set_by_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_blinded_readers")),
    )
    op.add_column("histology", sa.Column("reported_on", sa.Date(), nullable=True))
    op.add_column("photographs", sa.Column("pixel_mm", sa.Double(), nullable=True))
