"""What bundles' networks saw of the reference photographs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "06_reference"
down_revision = ("05_keeping", "05_logins")


def upgrade() -> None:
    op.create_table(
        "reference_features",
        sa.Column("bundle_digest", sa.String(), nullable=False),
        sa.Column("features", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bundle_digest"], ["bundles.digest"], name=op.f("fk_reference_features_bundle_digest")
        ),
        sa.PrimaryKeyConstraint("bundle_digest", name=op.f("pk_reference_features")),
    )
