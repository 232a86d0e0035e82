"""Headers on every response, no cookies, no third parties, and who may come in."""

import re
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.web.security import loopback_hosts
from bot.chat.messages import Outgoing
from bot.chat.text import Text

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FRAMED = POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
EXIT = "https://www.bmkg.go.id"


def paths(demo: Any) -> list[str]:
    secret = [f"/demo/{demo.token}", f"/ruang/{demo.token}"]
    return ["/", "/obrolan", "/tidak-ada", "/static/style.css", "/static/tidak-ada", *secret]


def assert_sealed(response: httpx.Response) -> None:
    headers = response.headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "microphone=()" in headers["Permissions-Policy"]
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("with_demo", [True, False])
async def test_every_response_has_the_headers(open_site: Any, demo: Any, with_demo: bool) -> None:
    site = open_site(demo if with_demo else None)
    for path in paths(demo):
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE"):
            response = await site.browser.request(method, path)
            assert_sealed(response)
            assert response.status_code in (200, 400, 404, 405)
            kept = path == "/static/style.css" and response.status_code == 200
            assert response.headers["Cache-Control"].startswith("public" if kept else "no-store")


async def test_headers_are_there_even_when_we_fail(site: Any) -> None:
    site.dispatcher.error = RuntimeError("salah")
    response = await site.say("halo")
    assert response.status_code == 500
    assert_sealed(response)


async def test_only_the_demo_frames_and_only_itself(open_site: Any, demo: Any) -> None:
    framed, alone = open_site(demo), open_site()
    policy = "Content-Security-Policy"
    assert (await alone.browser.get("/")).headers[policy] == POLICY
    assert (await alone.browser.get("/obrolan")).headers[policy] == POLICY
    assert (await framed.browser.get("/obrolan")).headers[policy] == FRAMED
    assert (await framed.browser.get(f"/ruang/{demo.token}")).headers[policy] == FRAMED
    shown = (await framed.browser.get(f"/demo/{demo.token}")).headers[policy]
    assert shown == f"{POLICY}; frame-src 'self'"
    assert (await framed.browser.get("/")).headers[policy] == POLICY


async def test_pages_call_nobody_and_hold_no_inline_code(demo_site: Any, demo: Any) -> None:
    demo_site.dispatcher.replies = [Outgoing(Text.plain("Ya."), secret=True)]
    await demo_site.channel.send_to_room(demo.desk, Outgoing(Text.plain("Kartu")))
    pages = [
        (await demo_site.browser.get(path)).text for path in paths(demo) if "static" not in path
    ]
    pages.append((await demo_site.say("halo")).text)
    for page in pages:
        outside = set(re.findall(r"(?:https?:)?//[^\"'\s<>]+", page.replace("<!--", "")))
        assert outside <= {EXIT}
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page)
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))
        assert "<title>Tanya Netral</title>" in page


async def test_assets_call_nobody(site: Any) -> None:
    for name in ("style.css", "chat.js", "room.js", "icon.svg"):
        response = await site.browser.get(f"/static/{name}")
        assert response.status_code == 200
        assert set(re.findall(r"https?://[^\"'\s]+", response.text)) <= {
            "http://www.w3.org/2000/svg"
        }


async def test_the_room_and_the_demo_need_the_token(open_site: Any, demo: Any) -> None:
    site = open_site(demo)
    for token in ("salah", "%C3%A9", demo.token[:-1], demo.token + "x", "%ff"):
        for door in ("demo", "ruang"):
            assert (await site.browser.get(f"/{door}/{token}")).status_code == 404
        assert (await site.browser.post(f"/ruang/{token}")).status_code == 404
    without = open_site()
    for door in ("demo", "ruang"):
        assert (await without.browser.get(f"/{door}/{demo.token}")).status_code == 404


async def test_the_demos_root_does_not_tell_the_token(demo_site: Any, demo: Any) -> None:
    response = await demo_site.browser.get("/")
    assert response.status_code == 200
    assert "terminal" in response.text
    assert demo.token not in response.text


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8000", "localhost:8000", "LOCALHOST:8000", "[::1]:8000"]
)
async def test_loopback_names_are_welcome_to_the_demo(demo_site: Any, host: str) -> None:
    assert (await demo_site.browser.get("/obrolan", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize(
    "host", ["jahat.example", "127.0.0.1", "127.0.0.1:8001", "localhost:8000.jahat.example", ""]
)
async def test_a_foreign_host_is_turned_away_from_the_demo(
    demo_site: Any, demo: Any, host: str
) -> None:
    for path in paths(demo):
        response = await demo_site.browser.get(path, headers={"Host": host})
        assert response.status_code == 400
        assert_sealed(response)


async def test_any_host_is_served_outside_the_demo(site: Any) -> None:
    assert (await site.browser.get("/", headers={"Host": "tanya.example"})).status_code == 200


def test_port_80_is_left_out_by_browsers() -> None:
    assert "localhost" in loopback_hosts(80)
    assert "localhost" not in loopback_hosts(8000)


names = st.sampled_from(["obrolan", "langkah", "segel", "text", "pilihan", "pesan", "nama:x"])
hostile = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@hostile
@given(body=st.binary(max_size=400), path=st.sampled_from(["/obrolan", "/ruang/rahasia-sekali"]))
async def test_hostile_bytes_are_never_a_500(demo_site: Any, body: bytes, path: str) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    response = await demo_site.browser.post(path, content=body, headers=headers)
    assert response.status_code == 400


@hostile
@given(extra=st.lists(st.tuples(names, st.text(max_size=80)), max_size=8), as_json=st.booleans())
async def test_hostile_fields_in_a_true_form_are_never_a_500(
    demo_site: Any, extra: list[tuple[str, str]], as_json: bool
) -> None:
    for path in ("/obrolan", "/ruang/rahasia-sekali"):
        fields = [*(await demo_site.fields(path)).items()]
        given_first = [(name, value) for name, value in extra if name not in dict(fields)]
        body = urlencode([*given_first, *fields, *extra], errors="replace")
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        accept = {"Accept": "application/json"} if as_json else {}
        response = await demo_site.browser.post(path, content=body, headers=kind | accept)
        assert response.status_code in (200, 303, 400, 413)


@hostile
@given(kind=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60))
async def test_hostile_content_types_are_never_a_500(demo_site: Any, kind: str) -> None:
    response = await demo_site.browser.post(
        "/obrolan", content=b"a=b", headers={"Content-Type": kind}
    )
    assert response.status_code == 400
