"""Words to find cases by, when a case became an alert, and what is to be delivered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from melanoscope.workstation.store.base import UtcTime

revision = "04_worklist"
down_revision = "04_reading"

_UNACKNOWLEDGED = sa.text("alerted_at IS NOT NULL AND acknowledged_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "search_words",
        sa.Column("word", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_search_words_case_id")),
        sa.PrimaryKeyConstraint("word", "case_id", "field", name=op.f("pk_search_words")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_search_words_case_id"), "search_words", ["case_id"])
    _alerts()
    with op.batch_alter_table("deliveries") as deliveries:  # nothing has been written here yet, nor below
        deliveries.alter_column("webhook_id", existing_type=sa.Integer(), nullable=True)
        deliveries.drop_index(op.f("ix_deliveries_state_run_after"))
        deliveries.drop_column("run_after")
    with op.batch_alter_table("webhooks") as webhooks:
        webhooks.add_column(sa.Column("public_id", sa.String(), nullable=False))
        webhooks.create_unique_constraint(op.f("uq_webhooks_public_id"), ["public_id"])


def _alerts() -> None:
    """Columns are added, not by copying the table, to which others refer."""
    op.add_column("cases", sa.Column("alerted_at", UtcTime(), nullable=True))
    account = sa.ForeignKey("accounts.id", name=op.f("fk_cases_escalated_to_id"))
    op.add_column("cases", sa.Column("escalated_to_id", sa.Integer(), account, nullable=True), inline_references=True)
    op.execute("UPDATE cases SET alerted_at = received_at WHERE outcome = 'ALERT'")
    op.create_index(op.f("ix_cases_acknowledged_by_id"), "cases", ["acknowledged_by_id"])
    op.create_index(op.f("ix_cases_escalated_to_id"), "cases", ["escalated_to_id"])
    op.create_index(
        op.f("ix_cases_status_urgency_precedence_received_at_id"),
        "cases",
        ["status", "urgency", "precedence", "received_at", "id"],
    )
    op.create_index(
        "ix_cases_unacknowledged",
        "cases",
        ["alerted_at"],
        sqlite_where=_UNACKNOWLEDGED,
        postgresql_where=_UNACKNOWLEDGED,
    )
