"""What may be thrown at the webhook: named cases with the status each gets, and random forms."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

from bot.clock import SetClock
from tests.fakes.twilio import PUBLIC_URL, Twilio
from tests.fakes.twilio_world import TOKEN

URL = f"{PUBLIC_URL}/whatsapp"
FORM = "application/x-www-form-urlencoded"
Fields = list[tuple[str, str]]

FIELDS: Fields = [
    ("MessageSid", "SM" + "0" * 32),
    ("From", "whatsapp:+6281"),
    ("Body", "halo & <b>"),
]
GOOD = urlencode(FIELDS).encode()
_NAMES = (
    *("MessageSid", "From", "To", "Body", "NumMedia", "MediaUrl0", "MediaContentType0", "WaId"),
    *("ExternalUserId", "ProfileName", "MessageType", "ButtonPayload", "ListId", "Latitude"),
    *("OptOutType", "ChannelMetadata", "AccountSid", "Label"),
)
_VALUES = (
    *("", "0", "1", "-1", "99999999999999999999", "²", "SM" + "a" * 32, "whatsapp:+6281"),
    *("interactive", "location", "reaction", "STOP", "tip:send", "\x00", "\ud7ff\U0010ffff"),
    *("https://169.254.169.254/", "{{1}}", "' OR 1=1 --", "../" * 20, "%00%ff", "x" * 2_000),
)


@dataclass(frozen=True)
class Knock:
    """One request and the status that it gets; ``name`` in the words of docs/whatsapp.md."""

    name: str
    status: int
    content: bytes
    headers: dict[str, str] = field(repr=False)
    url: str = URL


def signed(fields: Fields, url: str = URL, token: str = TOKEN) -> dict[str, str]:
    signature = Twilio(SetClock()).sign(url, fields, token)
    return {"X-Twilio-Signature": signature, "Content-Type": FORM}


def knocks() -> Iterator[Knock]:
    good = signed(FIELDS)
    yield Knock("bertanda tangan benar", 200, GOOD, good)
    yield Knock("pesan yang sama diputar ulang", 200, GOOD, good)
    repeated = [*FIELDS, ("Media", "b"), ("Media", "a"), ("Label", "")]
    yield Knock("kunci berulang dan kosong", 200, urlencode(repeated).encode(), signed(repeated))
    yield Knock("tanda tangan salah", 403, GOOD, {**good, "X-Twilio-Signature": "x" * 28})
    yield Knock("tanda tangan dari token lain", 403, GOOD, signed(FIELDS, token="lain"))
    yield Knock("tanpa tanda tangan", 403, GOOD, {"Content-Type": FORM})
    yield Knock("tanda tangan kosong", 403, GOOD, {**good, "X-Twilio-Signature": ""})
    yield Knock("isian diubah", 403, GOOD.replace(b"halo", b"hola"), good)
    yield Knock("isian ditambah", 403, GOOD + b"&Body=2", good)
    yield Knock("garis miring di akhir alamat", 403, GOOD, signed(FIELDS, url=URL + "/"))
    http = URL.replace("https", "http")
    yield Knock("ditandatangani untuk http", 403, GOOD, signed(FIELDS, url=http))
    other = "https://lain.example/whatsapp"
    yield Knock("ditandatangani untuk host lain", 403, GOOD, signed(FIELDS, url=other), other)
    yield Knock("isi JSON", 403, b'{"Body":"x"}', {**good, "Content-Type": "application/json"})
    part = b'--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nx\r\n--b--\r\n'
    multipart = {**good, "Content-Type": "multipart/form-data; boundary=b"}
    yield Knock("bagian berkas (multipart)", 403, part, multipart)
    bare = {"X-Twilio-Signature": good["X-Twilio-Signature"]}
    yield Knock("tanpa jenis isi", 403, GOOD, bare)
    yield Knock("bita yang bukan teks (UTF-8 rusak)", 403, b"Body=\xff\xfe\x00", good)
    yield Knock("persen rusak", 403, b"Body=%ff%zz%", good)
    yield Knock("sepuluh ribu isian", 403, b"&".join(b"a=1" for _ in range(10_000)), good)
    yield Knock("1 MB", 413, b"Body=" + b"x" * 1_000_000, good)
    settings = {"X-Twilio-Webhooks-Signature-Settings": "algorithm=MD5"}
    yield Knock("algoritma tak dikenal", 403, GOOD, {**good, **settings})
    hashed = f"{URL}?bodySHA256=" + "0" * 64
    yield Knock("kosong, dengan bodySHA256", 403, b"", signed([], url=hashed), hashed)
    yield Knock("kosong tetapi bertanda tangan", 400, b"", signed([]))


def generated(count: int, seed: int = 1) -> Iterator[Knock]:
    """Random requests, the first half of them signed, every other with a new id and sender;
    ``status`` is 0 where several may come."""
    chance = random.Random(seed)  # noqa: S311
    for number in range(count):
        fields = [(_name(chance), _value(chance)) for _ in range(chance.randrange(14))]
        if chance.random() < 0.5:  # the last of a repeated key counts
            sid, sender = f"SM{number:032x}", f"whatsapp:+62{number}"
            fields += [("MessageSid", sid), ("From", sender), ("WaId", sender)]
        content = urlencode(fields).encode()
        if number < count // 2:
            yield Knock("generated, signed", 0, content, signed(fields))
        else:
            kind = chance.choice([FORM, FORM + "; charset=UTF-8", "text/plain", ""])
            headers = {"X-Twilio-Signature": _text(chance, 40, 255), "Content-Type": kind}
            noise = chance.choice([content, chance.randbytes(chance.randrange(0, 2_000))])
            yield Knock("generated", 403, noise, headers)


def _name(chance: random.Random) -> str:
    return chance.choice([*_NAMES, _text(chance, 12)])


def _value(chance: random.Random) -> str:
    return chance.choice([*_VALUES, _text(chance, 200)])


def _text(chance: random.Random, longest: int, last: int = 0xD7FF) -> str:
    return "".join(chr(chance.randrange(32, last)) for _ in range(chance.randrange(longest)))
