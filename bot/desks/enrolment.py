"""Invitations: one-time codes by which a moderator joins a desk."""

import secrets

from bot.keys.crypto import keyed_hash

VALID_FOR = 3600  # seconds


def new_invitation() -> str:
    """A code of 40 random bits; it lasts one hour, so no slow hash is needed."""
    return secrets.token_hex(5).upper()


def invitation_hash(code: str) -> bytes:
    """How an invitation is stored; capitals and spaces do not matter."""
    return keyed_hash(b"invitation", "".join(code.upper().split()), "invitation")
