"""Web addresses as evidence: what they tell about the one who shared them is taken out."""

import re
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit, urlunsplit

from bot.limits import LINK_MAX

# The parameters that name a page of these sites; every other one is dropped there.
_NAMING = {
    "facebook.com": {"story_fbid", "fbid", "id", "v", "set", "multi_permalinks"},
    "fb.watch": set[str](),
    "instagram.com": {"img_index", "story_media_id"},
    "threads.net": set[str](),
    "threads.com": set[str](),
    "tiktok.com": set[str](),
    "twitter.com": set[str](),
    "x.com": set[str](),
    "youtube.com": {"v", "list", "t", "lc"},
    "youtu.be": {"list", "t", "lc"},
    "t.me": {"comment", "thread", "single"},
    "wa.me": set[str](),
    "whatsapp.com": {"phone"},
}
# Elsewhere: what counts campaigns, clicks and shares, or names an account or a session.
_TRACKING = re.compile(
    r"(utm|mtm|pk|hsa|mc|_?ga|itm|ref|share|sharer|fb|oly|tt|vero)_\w+|[a-z]{0,5}clid|gclsrc"
    r"|gad_source|gbraid|wbraid|igshid|igsh|si|mibextid|rdid|ref|referr?er|refsrc|source_id"
    r"|share|_[rt]|xtor|spm|mkt_tok|_hs(enc|mi)|is_from_webapp|sender_device|u_code|user_id|uid"
    r"|e-?mail|phone|token|access_token|session(_?id)?|sid"
)
_REDIRECTS = {  # click counters that carry the real address
    "l.facebook.com": "u",
    "lm.facebook.com": "u",
    "l.instagram.com": "u",
    "www.google.com": "url",
}
_HOST = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])(:\d+)?")
_UNSEEN = re.compile(r"[\s\x00-\x1f\x7f-\xa0\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_AROUND = "<>()[]{}\"'“”‘’,;"
_CLOSED = re.compile(
    r"chat\.whatsapp\.com/.+"
    r"|(t|telegram)\.(me|dog)/(\+|joinchat/|c/).+"
    r"|([a-z]+\.)?(facebook|fb)\.com/(groups|share/g)/.+"
    r"|(signal\.group|invite\.viber\.com|discord\.gg|m\.me/j|line\.me/(r/)?ti/g)/.+"
)


def clean_link(text: str) -> str | None:
    """A web address without user-info, fragment and tracking parameters; None if it is none.

    Shortened addresses stay as they are: looking one up would show somebody that we did.
    """
    parts = _parse(text)
    if parts is None:
        return None
    scheme, host, path, query = parts
    inner = parse_qs(query).get(_REDIRECTS.get(host, ""))
    if inner:
        return clean_link(inner[0])
    cleaned = urlunsplit((scheme, host, path, urlencode(_naming(host, query)), ""))
    return cleaned if len(cleaned) <= LINK_MAX else None


def is_closed_group(link: str) -> bool:
    """Whether the address leads into a group, whose members could guess who passed it on."""
    parts = _parse(link)
    if parts is None:
        return False
    _, host, path, _ = parts
    return bool(_CLOSED.fullmatch(host.removeprefix("www.") + path))


def _parse(text: str) -> tuple[str, str, str, str] | None:
    """Scheme, host in ASCII, path, query; None if it is no web address."""
    bare = _UNSEEN.sub("", text.strip().strip(_AROUND))
    try:
        parts = urlsplit(bare if "://" in bare else f"https://{bare}")
        host = parts.netloc.rpartition("@")[2].lower().encode("idna").decode()
    except ValueError:  # also UnicodeError of a host that is none
        return None
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host):
        return None
    return parts.scheme, host, parts.path, parts.query


def _naming(host: str, query: str) -> list[tuple[str, str]]:
    """The parameters that say which page it is."""
    pairs = parse_qsl(query)
    for site, names in _NAMING.items():
        if host == site or host.endswith(f".{site}"):
            return [(name, value) for name, value in pairs if name in names]
    return [(name, value) for name, value in pairs if not _TRACKING.fullmatch(name.lower())]
