"""Whether a form really comes from Twilio: checked on the address we are configured under."""

from starlette.datastructures import FormData, Headers
from twilio.request_validator import (
    HMAC_SHA1,
    HMAC_SHA256,
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    get_signature_algorithm,
)

FORM = "application/x-www-form-urlencoded"
_ALGORITHMS = (HMAC_SHA1, HMAC_SHA256)


def is_form(headers: Headers) -> bool:
    """JSON and file parts are refused before the SDK's validator, which raises on them."""
    return headers.get("content-type", "").partition(";")[0].strip().lower() == FORM


def is_signed(token: str, url: str, query: str, form: FormData, headers: Headers) -> bool:
    """``url`` is our own public address; what a proxy shows of the request plays no part.

    A body hash in the query belongs to JSON, and would not be looked at for a form.
    """
    signature = headers.get(SIGNATURE_HEADER)
    algorithm = get_signature_algorithm(headers.get(SIGNATURE_SETTINGS_HEADER)).upper()
    if not (token and signature and algorithm in _ALGORITHMS) or "bodySHA256" in query:
        return False
    full = f"{url}?{query}" if query else url
    return bool(RequestValidator(token).validate(full, form, signature, algorithm))
