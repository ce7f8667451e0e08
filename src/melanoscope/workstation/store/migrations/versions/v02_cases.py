"""Cases, photographs, and what bundles and people say of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from melanoscope.workstation.store.base import UtcTime

revision = "02_cases"
down_revision = "01_people"


def upgrade() -> None:
    op.create_table(
        "bundles",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created", sa.String(), nullable=False),
        sa.Column("licence", sa.String(), nullable=False),
        sa.Column("folder", sa.String(), nullable=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("installed_at", UtcTime(), nullable=False),
        sa.Column("promoted_at", UtcTime(), nullable=True),
        sa.Column("promoted_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["promoted_by_id"], ["accounts.id"], name=op.f("fk_bundles_promoted_by_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_bundles")),
    )
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("lesion_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("is_open", sa.Boolean(), sa.Computed("status <> 'decided'", persisted=True), nullable=False),
        sa.Column("outcome", sa.String(32), nullable=True),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("precedence", sa.Double(), nullable=False),
        sa.Column("melanoma", sa.Double(), nullable=True),
        sa.Column("speaking_id", sa.Integer(), nullable=True),
        sa.Column("received_at", UtcTime(), nullable=False),
        sa.Column("received_from_id", sa.Integer(), nullable=True),
        sa.Column("acknowledged_at", UtcTime(), nullable=True),
        sa.Column("acknowledged_by_id", sa.Integer(), nullable=True),
        sa.Column("escalated_at", UtcTime(), nullable=True),
        sa.Column("blinded", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["acknowledged_by_id"], ["accounts.id"], name=op.f("fk_cases_acknowledged_by_id")),
        sa.ForeignKeyConstraint(["lesion_id"], ["lesions.id"], name=op.f("fk_cases_lesion_id")),
        sa.ForeignKeyConstraint(["received_from_id"], ["accounts.id"], name=op.f("fk_cases_received_from_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("public_id", name=op.f("uq_cases_public_id")),
    )
    op.create_index(
        op.f("ix_cases_is_open_urgency_precedence_received_at_id"),
        "cases",
        ["is_open", "urgency", "precedence", "received_at", "id"],
    )
    op.create_index(op.f("ix_cases_lesion_id"), "cases", ["lesion_id"])
    op.create_index(op.f("ix_cases_received_at"), "cases", ["received_at"])
    op.create_index(
        op.f("ix_cases_urgency_precedence_received_at_id"), "cases", ["urgency", "precedence", "received_at", "id"]
    )
    op.create_table(
        "histology",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("diagnosis", sa.String(), nullable=False),
        sa.Column("breslow_mm", sa.Double(), nullable=True),
        sa.Column("remark", sa.String(), nullable=False),
        sa.Column("recorded_at", UtcTime(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_histology_case_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["accounts.id"], name=op.f("fk_histology_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_histology")),
    )
    op.create_index(op.f("ix_histology_case_id"), "histology", ["case_id"])
    op.create_index(op.f("ix_histology_recorded_at"), "histology", ["recorded_at"])
    op.create_table(
        "photographs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("original_sha256", sa.String(), nullable=False),
        sa.Column("original_name", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("unreadable", sa.String(), nullable=True),
        sa.Column("added_at", UtcTime(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["added_by_id"], ["accounts.id"], name=op.f("fk_photographs_added_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_photographs_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photographs")),
        sa.UniqueConstraint("public_id", name=op.f("uq_photographs_public_id")),
    )
    op.create_index(op.f("ix_photographs_case_id"), "photographs", ["case_id"])
    op.create_index(op.f("ix_photographs_original_sha256"), "photographs", ["original_sha256"])
    op.create_index(op.f("ix_photographs_sha256"), "photographs", ["sha256"])
    op.create_table(
        "predictions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("photograph_id", sa.Integer(), nullable=False),
        sa.Column("bundle_digest", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("melanoma", sa.Double(), nullable=True),
        sa.Column("diagnosis", sa.String(), nullable=True),
        sa.Column("probabilities", sa.JSON(), nullable=True),
        sa.Column("possible", sa.JSON(), nullable=False),
        sa.Column("quality", sa.JSON(), nullable=False),
        sa.Column("outlyingness", sa.Double(), nullable=False),
        sa.Column("saliency", sa.LargeBinary(), nullable=True),
        sa.Column("features", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["bundle_digest"], ["bundles.digest"], name=op.f("fk_predictions_bundle_digest")),
        sa.ForeignKeyConstraint(["photograph_id"], ["photographs.id"], name=op.f("fk_predictions_photograph_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_predictions")),
        sa.UniqueConstraint(
            "photograph_id", "bundle_digest", "round", name=op.f("uq_predictions_photograph_id_bundle_digest_round")
        ),
    )
    op.create_index(op.f("ix_predictions_bundle_digest"), "predictions", ["bundle_digest"])
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("diagnosis", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(32), nullable=True),
        sa.Column("prediction_id", sa.Integer(), nullable=True),
        sa.Column("second_reading", sa.Boolean(), nullable=False),
        sa.Column("blinded", sa.Boolean(), nullable=False),
        sa.Column("signed_at", UtcTime(), nullable=False),
        sa.Column("signed_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_decisions_case_id")),
        sa.ForeignKeyConstraint(["prediction_id"], ["predictions.id"], name=op.f("fk_decisions_prediction_id")),
        sa.ForeignKeyConstraint(["signed_by_id"], ["accounts.id"], name=op.f("fk_decisions_signed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index(op.f("ix_decisions_case_id"), "decisions", ["case_id"])
    op.create_index(op.f("ix_decisions_signed_at"), "decisions", ["signed_at"])
    op.create_index(op.f("ix_decisions_signed_by_id"), "decisions", ["signed_by_id"])
