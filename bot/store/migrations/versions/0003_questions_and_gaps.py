"""questions to curators beside tips, and counts of what questions were matched with"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("cases", sa.Column("kind", sa.Text(), nullable=False, server_default="tip"))
    op.create_table(
        "gaps",
        sa.Column("candidate", sa.Text(), primary_key=True),
        sa.Column("zone", sa.Text(), primary_key=True),
        sa.Column("version", sa.Text(), primary_key=True),
        sa.Column("day", sa.Text(), primary_key=True),
        sa.Column("count", _WHOLE, nullable=False),
        sqlite_strict=True,
    )


def downgrade() -> None:
    op.drop_table("gaps")
    with op.batch_alter_table("cases") as batch_op:
        batch_op.drop_column("kind")
