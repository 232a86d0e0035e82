"""What must be set at Twilio: the webhook with its retries, and the templates. For ``doctor``."""

from typing import Any

from twilio.rest import Client
from twilio.rest.content.v1.content import ContentList
from twilio.rest.messaging.v2.channels_sender import ChannelsSenderContext

from bot.channels.whatsapp.calls import call
from bot.channels.whatsapp.channel import SANDBOX, own_number
from bot.channels.whatsapp.templates import LANGUAGE, Template, all_templates, existing
from bot.channels.whatsapp.webhook import PATH, STATUS_PATH
from bot.chat.wording import Wording
from bot.limits import WHATSAPP_PATIENCE
from bot.settings import Settings

OVERRIDES = "#rc=3&rp=ct,5xx"  # repeat when we cannot be reached or ask for it


async def differences(client: Client, wording: Wording, settings: Settings) -> list[str]:
    """Names of what `apply` would change; none if all is well. Raises the delivery errors."""
    missing = await _missing(client, wording)
    if own_number(settings) == SANDBOX:
        return []  # letters only, and its webhook is set by hand; the call above proved the token
    found = ["templat"] if missing else []
    sender = await _sender(client, settings)
    if sender is None:
        return [*found, "nomor pengirim (TWILIO_WHATSAPP_FROM tidak terdaftar di akun ini)"]
    webhook = dict(sender.webhook or {})
    wrong = any(webhook.get(name) != value for name, value in _webhook(settings).items())
    return [*found, "webhook"] if wrong else found


async def apply(client: Client, wording: Wording, settings: Settings) -> None:
    """Create the templates that are missing and set the webhook. Raises the delivery errors."""
    if own_number(settings) == SANDBOX:
        return
    for template in await _missing(client, wording):
        await _create(client, template)
    sender = await _sender(client, settings)
    if sender is not None:
        request = ChannelsSenderContext.MessagingV2ChannelsSenderRequestsUpdate(
            {"webhook": _webhook(settings)}
        )
        await call(lambda: sender.update_async(request), WHATSAPP_PATIENCE)


def by_hand(settings: Settings) -> list[str]:
    """What no interface of Twilio's shows, so that the operator must look himself."""
    address = settings.public_url + PATH + OVERRIDES
    hints = [
        "Messaging > Settings > General: nyalakan “Enforce HTTP Auth on Media URLs”.",
        "Jangan pakai kata STOP, CANCEL, atau END sebagai perintah: Twilio memakainya untuk "
        "berhenti berlangganan. Kata kita: BATAL dan BERSIHKAN.",
        "Bila ada Message Redaction di akun Anda, nyalakan untuk isi dan nomor.",
    ]
    if own_number(settings) == SANDBOX:
        hints.insert(0, f"Sandbox settings > When a message comes in: {address} (POST).")
    return hints


def _webhook(settings: Settings) -> dict[str, str]:
    return {
        "callback_url": settings.public_url + PATH + OVERRIDES,
        "callback_method": "POST",
        "status_callback_url": settings.public_url + STATUS_PATH,
        "status_callback_method": "POST",
    }


async def _missing(client: Client, wording: Wording) -> list[Template]:
    there = await existing(client)
    return [template for template in all_templates(wording) if template.name not in there]


async def _create(client: Client, template: Template) -> None:
    request = ContentList.ContentCreateRequest(
        {
            "friendly_name": template.name,
            "language": LANGUAGE,
            "variables": template.samples,
            "types": template.types,
        }
    )
    await call(lambda: client.content.v1.contents.create_async(request), WHATSAPP_PATIENCE)


async def _sender(client: Client, settings: Settings) -> Any:
    """Our number among the account's senders, or None."""
    senders = await call(
        lambda: client.messaging.v2.channels_senders.list_async(channel="whatsapp"),
        WHATSAPP_PATIENCE,
    )
    ours = own_number(settings)
    return next((sender for sender in senders if sender.sender_id == ours), None)
