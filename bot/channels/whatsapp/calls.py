"""Twilio's errors, as the delivery errors that every channel shares.

Codes and HTTP states only: Twilio's messages name the number that was written to.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import httpx
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException

from bot.channels.patience import patiently
from bot.chat.delivery_errors import Busy, DeliveryError, Gone, Refused, Unreachable, Unsure

Result = TypeVar("Result")

GONE_STATUS = "404"
_TOO_FAST = {20429, 63018}
_NOT_YET = {20009}  # the message is still on its way and cannot be deleted
_NOBODY_THERE = {
    21211,  # not a valid number
    21610,  # the person told Twilio to stop
    21614,
    63003,  # not on WhatsApp
    63016,  # 24 hours are over: the person comes back by himself
    63024,
}
_WAIT, _WAIT_LONGER = 2.0, 120.0


@contextmanager
def delivery_errors() -> Iterator[None]:
    """Every error of the SDK and of httpx as one of `bot.chat.delivery_errors`."""
    try:
        yield
    except (TwilioRestException, TwilioServiceException) as error:
        raise _translated(int(error.status), error.code) from None
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError):
        raise Unreachable from None
    except TwilioException as error:
        raise _translated(_status(error), None) from None
    except (httpx.HTTPError, ValueError):
        raise Unsure from None


async def call(make: Callable[[], Awaitable[Result]], patience: float = 0) -> Result:
    """Make one call, waiting out "too many requests" for at most ``patience`` seconds.

    Raises the errors of `bot.chat.delivery_errors`.
    """
    return await patiently(make, delivery_errors, patience)


def _status(error: TwilioException) -> int:
    """Lists raise without a code, with the answer as second argument."""
    answer = error.args[1] if len(error.args) > 1 else None
    return int(getattr(answer, "status_code", 500))


def _translated(status: int, code: object) -> DeliveryError:
    if status == 429 or code in _TOO_FAST:
        return Busy(_WAIT)
    if code in _NOT_YET:
        return Busy(_WAIT_LONGER)
    if code in _NOBODY_THERE:
        return Gone()
    if status in (401, 403):
        return Unreachable()  # a wrong token: nothing was sent, and the operator can mend it
    if status >= 500:
        return Unsure()
    return Refused(GONE_STATUS if status == 404 else str(code)[:5])
