"""Links: the page stays, the one who shared it goes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.tips.evidence.links import clean_link, is_closed_group

CLEANED = {
    "https://www.facebook.com/story.php?story_fbid=12&id=34&mibextid=abc&rdid=x&__tn__=R#top": (
        "https://www.facebook.com/story.php?story_fbid=12&id=34"
    ),
    "https://m.facebook.com/watch/?v=99&ref=sharing&fbclid=IwAR": (
        "https://m.facebook.com/watch/?v=99"
    ),
    "https://www.instagram.com/p/Cabc/?igsh=MzRl&utm_source=qr&img_index=2": (
        "https://www.instagram.com/p/Cabc/?img_index=2"
    ),
    "https://www.tiktok.com/@akun/video/7?is_from_webapp=1&sender_device=pc&_r=1&u_code=d": (
        "https://www.tiktok.com/@akun/video/7"
    ),
    "https://x.com/akun/status/5?s=20&t=Zz": "https://x.com/akun/status/5",
    "https://youtu.be/abc?si=Share1d&t=42": "https://youtu.be/abc?t=42",
    "https://www.youtube.com/watch?v=abc&pp=ygU&ab_channel=Kanal&feature=share": (
        "https://www.youtube.com/watch?v=abc"
    ),
    "https://wa.me/6281234567890?text=halo": "https://wa.me/6281234567890",
    "https://berita.example.id/a/b?id=7&utm_source=wa&fbclid=1&gclid=2&ref=budi": (
        "https://berita.example.id/a/b?id=7"
    ),
    "https://budi:sandi@berita.example.id/a": "https://berita.example.id/a",
    "https://l.facebook.com/l.php?u=https%3A%2F%2Fberita.example.id%2Fa%3Ffbclid%3D1&h=AT0": (
        "https://berita.example.id/a"
    ),
    "facebook.com/akun/posts/1": "https://facebook.com/akun/posts/1",
    "(https://BERITA.example.id/a),": "https://berita.example.id/a",
    "https://berita.example.id/\u202ea\u200b": "https://berita.example.id/a",
}
KEPT = ["https://vt.tiktok.com/ZSabc/", "https://bit.ly/3xYz", "https://fb.watch/abc/"]
NO_LINKS = [
    "",
    "halo",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "ftp://a.id/b",
    "https://",
    "tel:08",
]
CLOSED = [
    "https://chat.whatsapp.com/AbCdEf",
    "t.me/+abc",
    "https://t.me/joinchat/abc",
    "https://t.me/c/123/4",
    "https://www.facebook.com/groups/123/posts/4",
    "https://m.facebook.com/groups/warga/",
]
OPEN = ["https://t.me/kanal/5", "https://www.facebook.com/akun/posts/1", "https://x.com/a", "halo"]


@pytest.mark.parametrize("link", CLEANED)
def test_what_tells_of_the_sharer_is_taken_out(link: str) -> None:
    assert clean_link(link) == CLEANED[link]


@pytest.mark.parametrize("link", KEPT)
def test_short_links_stay(link: str) -> None:
    assert clean_link(link) == link


@pytest.mark.parametrize("text", NO_LINKS)
def test_what_is_no_web_address_is_none(text: str) -> None:
    assert clean_link(text) is None


@given(st.one_of(st.text(), st.from_regex(r"https?://[a-z.@:?&=#%/\[\]]{0,60}", fullmatch=True)))
def test_cleaning_never_fails_and_settles_at_once(text: str) -> None:
    link = clean_link(text)
    is_closed_group(text)
    assert link is None or clean_link(link) == link


@pytest.mark.parametrize("link", CLOSED)
def test_closed_groups_are_recognised(link: str) -> None:
    assert is_closed_group(link)


@pytest.mark.parametrize("link", OPEN)
def test_open_pages_are_not(link: str) -> None:
    assert not is_closed_group(link)
