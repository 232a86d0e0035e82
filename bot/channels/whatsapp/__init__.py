"""WhatsApp through Twilio: the same conversations, honest about what that platform knows."""
