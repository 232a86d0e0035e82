"""how complete a tip is, so that a quarantine of thousands is listed without opening them"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("missing", sa.Integer(), nullable=False, server_default="0"))
    order = ["desk", "lane", "missing", "opened", "code", "status"]
    op.create_index("cases_lane", "cases", order)
