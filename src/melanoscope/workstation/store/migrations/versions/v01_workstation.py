"""Everything that the first release keeps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from melanoscope.workstation.store.base import BY_CODE_POINT, UtcTime

revision = "01_workstation"
down_revision = None

_ALERTED = sa.text("alerted_at IS NOT NULL")
_UNACKNOWLEDGED = sa.text("alerted_at IS NOT NULL AND acknowledged_at IS NULL")


def upgrade() -> None:
    """Constraints and indexes have the names that `store/base.py` says."""
    _people()
    _logins()
    _cases()
    _files()
    _bundles()
    _judgements()
    _searching()
    _operations()


def _people() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String, nullable=False, unique=True),
        sa.Column("full_name", sa.String, nullable=False),
        sa.Column("email", sa.String),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("password_hash", sa.String),
        sa.Column("oidc_subject", sa.String, unique=True),
        sa.Column("totp_secret", sa.String),
        sa.Column("totp_pending", sa.String),
        sa.Column("totp_last_step", sa.Integer),
        sa.Column("language", sa.String),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
    )
    op.create_table(
        "patients",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("public_id", sa.String, nullable=False, unique=True),
        sa.Column("reference", sa.String, unique=True),
        sa.Column("name", sa.String),
        sa.Column("birth_year", sa.Integer),
        sa.Column("sex", sa.String(32)),
        sa.Column("history", sa.String, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("erased_at", UtcTime),
    )
    op.create_table(
        "lesions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("public_id", sa.String, nullable=False, unique=True),
        sa.Column("patient_id", sa.Integer, sa.ForeignKey("patients.id"), index=True),
        sa.Column("label", sa.String, nullable=False),
        sa.Column("site", sa.String, nullable=False),
        sa.Column("map_view", sa.String),
        sa.Column("map_x", sa.Double),
        sa.Column("map_y", sa.Double),
        sa.Column("created_at", UtcTime, nullable=False),
    )


def _logins() -> None:
    op.create_table(
        "login_sessions",
        sa.Column("hash", sa.String, primary_key=True),
        sa.Column("public_id", sa.String, nullable=False, unique=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("accounts.id"), nullable=False, index=True),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("seen_at", UtcTime, nullable=False),
        sa.Column("expires_at", UtcTime, nullable=False),
        sa.Column("confirmed_at", UtcTime, nullable=False),
        sa.Column("awaits_code", sa.Boolean, nullable=False),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("browser", sa.String, nullable=False),
    )
    op.create_table(
        "password_links",
        sa.Column("account_id", sa.Integer, sa.ForeignKey("accounts.id"), primary_key=True),
        sa.Column("hash", sa.String, nullable=False, unique=True),
        sa.Column("expires_at", UtcTime, nullable=False),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("account_id", sa.Integer, sa.ForeignKey("accounts.id"), primary_key=True),
        sa.Column("hash", sa.String, primary_key=True),
    )
    op.create_table(
        "known_browsers",
        sa.Column("hash", sa.String, primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("accounts.id"), nullable=False, index=True),
        sa.Column("expires_at", UtcTime, nullable=False, index=True),
    )
    op.create_table(
        "failed_logins",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("ends_at", UtcTime, nullable=False, index=True),
    )
    op.create_table(
        "provider_logins",
        sa.Column("state", sa.String, primary_key=True),
        sa.Column("browser", sa.String, nullable=False),
        sa.Column("nonce", sa.String, nullable=False),
        sa.Column("verifier", sa.String, nullable=False),
        sa.Column("next", sa.String, nullable=False),
        sa.Column("expires_at", UtcTime, nullable=False, index=True),
    )
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("public_id", sa.String, nullable=False, unique=True),
        sa.Column("hash", sa.String, nullable=False, unique=True),
        sa.Column("label", sa.String, nullable=False),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("accounts.id"), nullable=False, index=True),
        sa.Column("scopes", sa.JSON, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("expires_at", UtcTime),
        sa.Column("revoked_at", UtcTime),
        sa.Column("used_at", UtcTime),
    )


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("public_id", sa.String, nullable=False, unique=True),
        sa.Column("lesion_id", sa.Integer, sa.ForeignKey("lesions.id"), nullable=False, index=True),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("is_open", sa.Boolean, sa.Computed("status <> 'decided'", persisted=True), nullable=False),
        sa.Column("outcome", sa.String(32)),
        sa.Column("urgency", sa.Integer, nullable=False),
        sa.Column("precedence", sa.Double, nullable=False),
        sa.Column("melanoma", sa.Double),
        sa.Column("speaking_id", sa.Integer),
        sa.Column("received_at", UtcTime, nullable=False, index=True),
        sa.Column("received_from_id", sa.Integer, sa.ForeignKey("accounts.id")),
        sa.Column("alerted_at", UtcTime),
        sa.Column("acknowledged_at", UtcTime),
        sa.Column("acknowledged_by_id", sa.Integer, sa.ForeignKey("accounts.id"), index=True),
        sa.Column("escalated_at", UtcTime),
        sa.Column("escalated_to_id", sa.Integer, sa.ForeignKey("accounts.id"), index=True),
        sa.Column("blinded", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Index(None, "is_open", "urgency", "precedence", "received_at", "id"),
        sa.Index(None, "status", "urgency", "precedence", "received_at", "id"),
        sa.Index("ix_cases_acknowledged", "acknowledged_at", sqlite_where=_ALERTED, postgresql_where=_ALERTED),
        sa.Index(
            "ix_cases_unacknowledged", "alerted_at", sqlite_where=_UNACKNOWLEDGED, postgresql_where=_UNACKNOWLEDGED
        ),
        sa.Index(None, "urgency", "precedence", "received_at", "id"),
    )
    op.create_table(
        "photographs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("public_id", sa.String, nullable=False, unique=True),
        sa.Column("case_id", sa.Integer, sa.ForeignKey("cases.id"), nullable=False, index=True),
        sa.Column("sha256", sa.String, index=True),
        sa.Column("original_sha256", sa.String, nullable=False, index=True),
        sa.Column("original_name", sa.String, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("width", sa.Integer),
        sa.Column("height", sa.Integer),
        sa.Column("pixel_mm", sa.Double),
        sa.Column("unreadable", sa.String),
        sa.Column("added_at", UtcTime, nullable=False),
        sa.Column("added_by_id", sa.Integer, sa.ForeignKey("accounts.id")),
        sa.Column("erased_at", UtcTime),
    )


def _files() -> None:
    op.create_table(
        "likenesses",
        sa.Column("photograph_id", sa.Integer, sa.ForeignKey("photographs.id"), primary_key=True, autoincrement=False),
        sa.Column("phash", sa.BigInteger),
        sa.Column("signs", sa.LargeBinary),
        sa.Column("copy_of_id", sa.Integer, sa.ForeignKey("photographs.id"), index=True),
        sa.Column("is_same_file", sa.Boolean, nullable=False),
    )
    op.create_table(
        "watched_files",
        sa.Column("path_sha256", sa.String, primary_key=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("changed", sa.BigInteger, nullable=False),
        sa.Column("original_sha256", sa.String, nullable=False, index=True),
        sa.Column("case_id", sa.Integer, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("taken_at", UtcTime, nullable=False),
    )
    op.create_table(
        "removals",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("asked_at", UtcTime, nullable=False),
    )
    op.create_table(
        "photograph_colours",
        sa.Column("photograph_id", sa.Integer, sa.ForeignKey("photographs.id"), primary_key=True),
        sa.Column("lightness", sa.Double, nullable=False),
        sa.Column("red_green", sa.Double, nullable=False),
        sa.Column("blue_green", sa.Double, nullable=False),
    )


def _bundles() -> None:
    op.create_table(
        "bundles",
        sa.Column("digest", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("created", sa.String, nullable=False),
        sa.Column("licence", sa.String, nullable=False),
        sa.Column("shipped", sa.Boolean, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("installed_at", UtcTime, nullable=False),
        sa.Column("promoted_at", UtcTime),
        sa.Column("promoted_by_id", sa.Integer, sa.ForeignKey("accounts.id")),
    )
    op.create_table(
        "promotions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("bundle_digest", sa.String, sa.ForeignKey("bundles.digest"), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("by_id", sa.Integer, sa.ForeignKey("accounts.id")),
        sa.Column("reason", sa.String, nullable=False),
    )
    op.create_table(
        "predictions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("photograph_id", sa.Integer, sa.ForeignKey("photographs.id"), nullable=False),
        sa.Column("bundle_digest", sa.String, sa.ForeignKey("bundles.digest"), nullable=False, index=True),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("melanoma", sa.Double),
        sa.Column("diagnosis", sa.String),
        sa.Column("probabilities", sa.JSON),
        sa.Column("possible", sa.JSON, nullable=False),
        sa.Column("quality", sa.JSON, nullable=False),
        sa.Column("outlyingness", sa.Double, nullable=False),
        sa.Column("saliency", sa.LargeBinary),
        sa.Column("features", sa.LargeBinary),
        sa.Column("made_at", UtcTime, nullable=False),
        sa.UniqueConstraint("photograph_id", "bundle_digest", "round"),
    )
    op.create_table(
        "silent_predictions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("bundle_digest", sa.String, sa.ForeignKey("bundles.digest"), nullable=False),
        sa.Column("photograph_id", sa.Integer, sa.ForeignKey("photographs.id"), nullable=False, index=True),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("melanoma", sa.Double),
        sa.Column("outlyingness", sa.Double, nullable=False),
        sa.Column("made_at", UtcTime, nullable=False),
        sa.UniqueConstraint("bundle_digest", "photograph_id"),
    )
    op.create_table(
        "reference_features",
        sa.Column("bundle_digest", sa.String, sa.ForeignKey("bundles.digest"), primary_key=True),
        sa.Column("features", sa.LargeBinary, nullable=False),
    )


def _judgements() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("case_id", sa.Integer, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("diagnosis", sa.String),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("outcome", sa.String(32)),
        sa.Column("prediction_id", sa.Integer, sa.ForeignKey("predictions.id")),
        sa.Column("second_reading", sa.Boolean, nullable=False),
        sa.Column("blinded", sa.Boolean, nullable=False),
        sa.Column("signed_at", UtcTime, nullable=False, index=True),
        sa.Column("signed_by_id", sa.Integer, sa.ForeignKey("accounts.id"), nullable=False, index=True),
        sa.Column("signed_as", sa.String, nullable=False),
        sa.Index(None, "blinded", "id"),
        sa.Index(None, "case_id", "blinded", "id"),
    )
    op.create_table(
        "histology",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("case_id", sa.Integer, sa.ForeignKey("cases.id"), nullable=False, index=True),
        sa.Column("diagnosis", sa.String, nullable=False),
        sa.Column("breslow_mm", sa.Double),
        sa.Column("reported_on", sa.Date),
        sa.Column("remark", sa.String, nullable=False),
        sa.Column("recorded_at", UtcTime, nullable=False, index=True),
        sa.Column("recorded_by_id", sa.Integer, sa.ForeignKey("accounts.id"), nullable=False),
    )
    op.create_table(
        "blinded_readers",
        sa.Column("account_id", sa.Integer, sa.ForeignKey("accounts.id"), primary_key=True),
        sa.Column("since", UtcTime, nullable=False),
        sa.Column("set_by_id", sa.Integer, sa.ForeignKey("accounts.id")),
    )


def _searching() -> None:
    op.create_table(
        "search_words",
        sa.Column("word", BY_CODE_POINT, primary_key=True),
        sa.Column("case_id", sa.Integer, sa.ForeignKey("cases.id"), primary_key=True),
        sa.Column("field", sa.String(32), primary_key=True),
        sa.Index(None, "case_id"),
        sqlite_with_rowid=False,
    )


def _operations() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("subject_id", sa.Integer, nullable=False),
        sa.Column("run_after", UtcTime, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("lease", sa.String),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Index(None, "kind", "run_after"),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("fingerprint", sa.String, nullable=False),
        sa.Column("answer", sa.JSON, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False, index=True),
        sa.UniqueConstraint("account_id", "key"),
    )
    op.create_table(
        "webhooks",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("public_id", sa.String, nullable=False, unique=True),
        sa.Column("url", sa.String, nullable=False),
        sa.Column("secret", sa.String, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("created_by_id", sa.Integer, sa.ForeignKey("accounts.id")),
        sa.Column("disabled_at", UtcTime),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("webhook_id", sa.Integer, sa.ForeignKey("webhooks.id"), index=True),
        sa.Column("event_id", sa.String, nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("delivered_at", UtcTime),
        sa.Column("last_error", sa.String, nullable=False),
    )
    op.create_table(
        "audit_log",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", UtcTime, nullable=False, index=True),
        sa.Column("actor", sa.String, nullable=False, index=True),
        sa.Column("action", BY_CODE_POINT, nullable=False),
        sa.Column("subject", sa.String, nullable=False, index=True),
        sa.Column("detail", sa.JSON, nullable=False),
        sa.Column("previous", sa.String, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
        sa.Index(None, "action", "seq"),
    )
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
    )
    op.create_table(
        "settings",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("value", sa.JSON, nullable=False),
    )
    op.execute(f"INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '{'0' * 64}')")
