"""What photographs are recognised by, which files of watched folders were taken in, which bytes are to be removed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from melanoscope.workstation.store.base import UtcTime

revision = "05_keeping"
down_revision = "04_worklist"


def upgrade() -> None:
    op.create_table(
        "removals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("asked_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_removals")),
    )
    op.create_table(
        "watched_files",
        sa.Column("path_sha256", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("original_sha256", sa.String(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("taken_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_watched_files_case_id")),
        sa.PrimaryKeyConstraint("path_sha256", name=op.f("pk_watched_files")),
    )
    op.create_index(op.f("ix_watched_files_original_sha256"), "watched_files", ["original_sha256"])
    op.create_table(
        "likenesses",
        sa.Column("photograph_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("phash", sa.BigInteger(), nullable=True),
        sa.Column("signs", sa.LargeBinary(), nullable=True),
        sa.Column("copy_of_id", sa.Integer(), nullable=True),
        sa.Column("is_same_file", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["copy_of_id"], ["photographs.id"], name=op.f("fk_likenesses_copy_of_id")),
        sa.ForeignKeyConstraint(["photograph_id"], ["photographs.id"], name=op.f("fk_likenesses_photograph_id")),
        sa.PrimaryKeyConstraint("photograph_id", name=op.f("pk_likenesses")),
    )
    op.create_index(op.f("ix_likenesses_copy_of_id"), "likenesses", ["copy_of_id"])
    op.add_column("photographs", sa.Column("erased_at", UtcTime(), nullable=True))
