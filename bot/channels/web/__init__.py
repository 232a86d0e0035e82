"""The web channel: the chat page, the demo page and the demo's moderator room."""

from bot.channels.web.channel import Receive, WebChannel
from bot.channels.web.demo import Demo

__all__ = ["Demo", "Receive", "WebChannel"]
