"""evidence, nudges, and the desk's work: lanes, roles, counts, blocks, web sessions"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _evidence()
    _people()
    _cases()
    _desks()


def _evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("due", _WHOLE, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("job", sa.LargeBinary()),
        sa.Column("result", sa.LargeBinary()),
        sa.Column("object", sa.Text()),
        sa.Column("original", sa.Text()),
        sa.Column("case_id", sa.Text()),
        sa.Column("sequence", _WHOLE),
        sqlite_strict=True,
    )
    op.create_index("evidence_due", "evidence", ["state", "due"])
    op.create_index("evidence_case", "evidence", ["case_id"])
    op.create_table(
        "doomed_objects",
        sa.Column("object", sa.Text(), primary_key=True),
        sqlite_strict=True,
    )


def _people() -> None:
    op.create_table(
        "nudges",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("week", sa.Text(), nullable=False),
        sa.Column("chat", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.Text(), nullable=False),
        sa.Column("due", _WHOLE),
        sa.Column("tries", sa.Integer(), nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "blocks",
        sa.Column("desk", sa.Text(), primary_key=True),
        sa.Column("tag", sa.LargeBinary(), primary_key=True),
        sa.Column("day", sa.Text(), nullable=False),
        sqlite_strict=True,
    )
    op.add_column(
        "moderators", sa.Column("role", sa.Text(), nullable=False, server_default="moderator")
    )
    op.add_column("moderators", sa.Column("pin", sa.LargeBinary()))
    op.add_column(
        "moderators", sa.Column("pin_tries", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column(
        "invitations", sa.Column("role", sa.Text(), nullable=False, server_default="moderator")
    )
    op.create_table(
        "room_sessions",
        sa.Column("hash", sa.LargeBinary(), primary_key=True),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("moderator", sa.Text(), nullable=False),
        sa.Column("until", _WHOLE, nullable=False),
        sqlite_strict=True,
    )


def _cases() -> None:
    op.add_column("cases", sa.Column("lane", sa.Text(), nullable=False, server_default="main"))
    op.add_column("cases", sa.Column("blocked", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("cases", sa.Column("merged_into", sa.Text()))
    op.add_column("audit", sa.Column("version", _WHOLE))


def _desks() -> None:
    op.add_column("destinations", sa.Column("holder", sa.Text()))
    op.add_column("destinations", sa.Column("lease", _WHOLE, nullable=False, server_default="0"))
    op.add_column("destinations", sa.Column("summary_day", sa.Text()))
    op.create_table(
        "desk_counts",
        sa.Column("desk", sa.Text(), primary_key=True),
        sa.Column("week", sa.Text(), primary_key=True),
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("value", sa.Text(), primary_key=True),
        sa.Column("count", _WHOLE, nullable=False),
        sqlite_strict=True,
    )
    op.rename_table("desk_messages", "old_desk_messages")
    op.create_table(
        "desk_messages",
        sa.Column("desk", sa.Text(), primary_key=True),
        sa.Column("message", sa.Text(), primary_key=True),
        sa.Column("case_id", sa.Text(), primary_key=True),
        sa.Column("step", sa.Text(), nullable=False, server_default="card"),
        sa.Column("day", sa.Text(), nullable=False),
        sqlite_strict=True,
    )
    op.execute(
        "INSERT INTO desk_messages (desk, message, case_id, day) "
        "SELECT desk, message, case_id, day FROM old_desk_messages"
    )
    op.drop_table("old_desk_messages")


def downgrade() -> None:
    op.create_table(
        "old_desk_messages",
        sa.Column("desk", sa.Text(), primary_key=True),
        sa.Column("message", sa.Text(), primary_key=True),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sqlite_strict=True,
    )
    op.execute(
        "INSERT INTO old_desk_messages SELECT desk, message, min(case_id), min(day) "
        "FROM desk_messages GROUP BY desk, message"
    )
    op.drop_table("desk_messages")
    op.rename_table("old_desk_messages", "desk_messages")
    for table in ("desk_counts", "room_sessions", "blocks", "nudges", "doomed_objects", "evidence"):
        op.drop_table(table)
    dropped = {
        "destinations": ("holder", "lease", "summary_day"),
        "audit": ("version",),
        "cases": ("lane", "blocked", "merged_into"),
        "invitations": ("role",),
        "moderators": ("role", "pin", "pin_tries"),
    }
    for table, columns in dropped.items():
        with op.batch_alter_table(table) as batch_op:
            for column in columns:
                batch_op.drop_column(column)
