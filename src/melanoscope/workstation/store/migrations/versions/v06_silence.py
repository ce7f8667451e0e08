"""Which bundle spoke when, what silent ones say, and how photographs are coloured."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from melanoscope.workstation.store.base import UtcTime

revision = "06_silence"
down_revision = "06_reference"


def upgrade() -> None:
    op.create_table(
        "promotions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bundle_digest", sa.String(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["bundle_digest"], ["bundles.digest"], name=op.f("fk_promotions_bundle_digest")),
        sa.ForeignKeyConstraint(["by_id"], ["accounts.id"], name=op.f("fk_promotions_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotions")),
    )
    op.create_table(
        "silent_predictions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bundle_digest", sa.String(), nullable=False),
        sa.Column("photograph_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("melanoma", sa.Double(), nullable=True),
        sa.Column("outlyingness", sa.Double(), nullable=False),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bundle_digest"], ["bundles.digest"], name=op.f("fk_silent_predictions_bundle_digest")
        ),
        sa.ForeignKeyConstraint(
            ["photograph_id"], ["photographs.id"], name=op.f("fk_silent_predictions_photograph_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_silent_predictions")),
        sa.UniqueConstraint(
            "bundle_digest", "photograph_id", name=op.f("uq_silent_predictions_bundle_digest_photograph_id")
        ),
    )
    op.create_index(op.f("ix_silent_predictions_photograph_id"), "silent_predictions", ["photograph_id"])
    op.create_table(
        "photograph_colours",
        sa.Column("photograph_id", sa.Integer(), nullable=False),
        sa.Column("lightness", sa.Double(), nullable=False),
        sa.Column("red_green", sa.Double(), nullable=False),
        sa.Column("blue_green", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["photograph_id"], ["photographs.id"], name=op.f("fk_photograph_colours_photograph_id")
        ),
        sa.PrimaryKeyConstraint("photograph_id", name=op.f("pk_photograph_colours")),
    )
