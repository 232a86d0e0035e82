"""Telegram: updates in, Bot API calls out. `channel.TelegramChannel` is the door."""
