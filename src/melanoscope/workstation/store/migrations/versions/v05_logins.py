"""Links for passwords, second factors, known browsers and counted failures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from melanoscope.workstation.store.base import UtcTime

revision = "05_logins"
down_revision = "04_worklist"


def upgrade() -> None:
    op.execute("DELETE FROM login_sessions")  # everyone logs in anew
    op.add_column("accounts", sa.Column("totp_pending", sa.String(), nullable=True))
    op.add_column("accounts", sa.Column("language", sa.String(), nullable=True))
    op.drop_column("accounts", "failed_logins")
    op.drop_column("accounts", "locked_until")
    with op.batch_alter_table("api_tokens") as tokens:
        tokens.add_column(sa.Column("public_id", sa.String(), nullable=False))
        tokens.create_unique_constraint(op.f("uq_api_tokens_public_id"), ["public_id"])
    with op.batch_alter_table("login_sessions") as sessions:
        sessions.add_column(sa.Column("public_id", sa.String(), nullable=False))
        sessions.add_column(sa.Column("confirmed_at", UtcTime(), nullable=False))
        sessions.add_column(sa.Column("awaits_code", sa.Boolean(), nullable=False))
        sessions.add_column(sa.Column("address", sa.String(), nullable=False))
        sessions.add_column(sa.Column("browser", sa.String(), nullable=False))
        sessions.create_unique_constraint(op.f("uq_login_sessions_public_id"), ["public_id"])
    op.create_table(
        "failed_logins",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("ends_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_failed_logins")),
    )
    op.create_index(op.f("ix_failed_logins_ends_at"), "failed_logins", ["ends_at"])
    op.create_table(
        "provider_logins",
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("verifier", sa.String(), nullable=False),
        sa.Column("next", sa.String(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("state", name=op.f("pk_provider_logins")),
    )
    op.create_index(op.f("ix_provider_logins_expires_at"), "provider_logins", ["expires_at"])
    op.create_table(
        "known_browsers",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_known_browsers_account_id")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_known_browsers")),
    )
    op.create_index(op.f("ix_known_browsers_account_id"), "known_browsers", ["account_id"])
    op.create_index(op.f("ix_known_browsers_expires_at"), "known_browsers", ["expires_at"])
    op.create_table(
        "password_links",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_password_links_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_password_links")),
        sa.UniqueConstraint("hash", name=op.f("uq_password_links_hash")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_recovery_codes_account_id")),
        sa.PrimaryKeyConstraint("account_id", "hash", name=op.f("pk_recovery_codes")),
    )
