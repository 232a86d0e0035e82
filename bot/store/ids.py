"""Random ids and the short codes that people read aloud."""

import secrets

_CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXYZ23456789"


def new_id() -> str:
    """128 random bits."""
    return secrets.token_hex(16)


def new_code() -> str:
    """Six letters and digits without vowels or look-alikes, such as ``K7Q-XRT``."""
    letters = [secrets.choice(_CODE_LETTERS) for _ in range(6)]
    return "".join(letters[:3]) + "-" + "".join(letters[3:])
