"""The rules that `bot.knowledge.check` applies, one small module for each kind of content."""
