"""Why a message could not be delivered, in words that every channel shares.

None of them carries a text, a name or an address.
"""


class DeliveryError(Exception):
    """The message did not surely arrive."""


class Busy(DeliveryError):
    """The platform asks to wait ``seconds`` before the next try; nothing was sent."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"wait {seconds:g} s")
        self.seconds = seconds


class Unreachable(DeliveryError):
    """The platform could not be reached: nothing was sent, trying again is safe."""


class Unsure(DeliveryError):
    """No answer came: the message may have arrived, a second try may double it."""


class Gone(DeliveryError):
    """The other side blocked us, removed us or is no more; trying again is useless."""


class Moved(DeliveryError):
    """The chat continues under another name."""

    def __init__(self, chat: str) -> None:
        super().__init__("the chat has a new id")
        self.chat = chat


class Refused(DeliveryError):
    """The platform will never take this message as it is; ``reason`` is its own description."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
