"""The audit of a case and of a desk: moderators and deeds, never content."""

from bot.store import audit
from bot.store.audit import Deed as Deed
from bot.store.engine import Database


class Audit:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_case(self, case_id: str) -> list[Deed]:
        """Everything done to a case, at whatever desk, in its order."""
        return await audit.of_case(self._database, case_id)

    async def of_desk(self, desk: str) -> list[Deed]:
        """Everything done at a desk, by day; within a case in its order."""
        return await audit.of_desk(self._database, desk)
