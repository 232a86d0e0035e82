"""Pages to read: every topic, the rules, the ladder of sanctions, pledge, letters, poster."""

from bot.channels.web.reading.library import Library
from bot.channels.web.reading.reading import Reading

__all__ = ["Library", "Reading"]
