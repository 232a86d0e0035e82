"""Video and sound: what is seen and heard goes on, and nothing that was written beside it."""

import io
import struct
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from bot.limits import EVIDENCE_IN_MAX, EVIDENCE_VIDEO_SECONDS
from bot.tips.evidence.kinds import Format, Rebuilt, Refused
from bot.tips.evidence.media import rebuild_media
from bot.tips.evidence.parent import Rebuilder
from tests.evidence import samples_media as samples
from tests.evidence import samples_phone
from tests.evidence.marks import found

Make = Callable[[], bytes]
VIDEO: dict[str, tuple[Format, Make]] = {
    "mp4": ("mp4", lambda: samples.with_boxes(samples.recording("mp4"))),
    "mp4 without sound": ("mp4", lambda: samples.recording("mp4", sound="")),
    "mov": ("mov", lambda: samples.recording("mov", sound="pcm_s16le")),
    "hevc": ("mp4", lambda: samples.recording("mp4", picture="libx265")),
    "3gp": ("3gp", lambda: samples.recording("3gp", picture="mpeg4")),
    "webm": ("webm", lambda: samples.recording("matroska", picture="libvpx", sound="libopus")),
}
SOUND: dict[str, tuple[Format, Make]] = {
    "mp3": ("mp3", samples.tagged_mp3),
    "m4a": ("m4a", lambda: samples.recording("ipod", picture="")),
    "ogg": ("ogg", lambda: samples.recording("ogg", picture="", sound="libopus")),
    "wav": ("wav", samples.tagged_wav),
    "amr": ("amr", lambda: samples.recording("amr", picture="", sound="libopencore_amrnb")),
}


def _rebuilt(content: bytes, kind: Format) -> tuple[Rebuilt, bytes]:
    target = io.BytesIO()
    return rebuild_media(io.BytesIO(content), target, kind), target.getvalue()


def _reason(content: bytes, kind: Format) -> str:
    with pytest.raises(Refused) as refusal:
        _rebuilt(content, kind)
    return refusal.value.reason


@pytest.mark.parametrize("name", [*VIDEO, *SOUND])
def test_no_mark_goes_on(name: str) -> None:
    kind, make = (VIDEO | SOUND)[name]
    content = make()
    assert found(content) or kind == "amr"  # which has no place for a mark
    built, written = _rebuilt(content, kind)
    assert found(written) == set()
    assert built.size == len(written)
    for word in (b"x264", b"Lavf", b"Lavc", b"libx"):
        assert word not in written
    _has_nothing_beside(written)


def test_a_track_of_text_is_left_out() -> None:
    content = samples.with_subtitles()
    assert "teks" in found(content)
    _, written = _rebuilt(content, "mp4")
    assert found(written) == set()
    _has_nothing_beside(written)


@pytest.mark.slow
@pytest.mark.parametrize("name", samples_phone.SAMPLES)
async def test_a_phone_s_recording_of_20_mb_stays_within_the_limits(name: str) -> None:
    content = samples_phone.SAMPLES[name]()
    assert 10 * 2**20 < len(content) <= EVIDENCE_IN_MAX
    built, file = await Rebuilder().rebuild(content)
    with file:
        assert built.suffix == ".mp4"


def test_a_recording_in_hdr_keeps_its_light() -> None:
    """Medium light stays medium, neither grey mist nor black."""
    phone = samples_phone.Phone((320, 180), 10, 2_000_000, "libx265", hdr=True)
    _, written = _rebuilt(samples_phone.phone_video(phone, 1), "mp4")
    with av.open(io.BytesIO(written), "r") as file:
        light = next(file.decode(video=0)).to_ndarray(format="gray")
    assert 90 < light.mean() < 170
    assert light.std() > 15


def _has_nothing_beside(written: bytes) -> None:
    with av.open(io.BytesIO(written), "r") as file:
        told = set(file.metadata)
        assert told <= {"major_brand", "minor_version", "compatible_brands"}
        assert file.chapters() == []
        for stream in file.streams:
            assert stream.type in ("video", "audio")
            assert stream.metadata in (
                {"language": "und", "handler_name": "VideoHandler"},
                {"language": "und", "handler_name": "SoundHandler"},
                {"language": "und", "handler_name": "VideoHandler", "vendor_id": "[0][0][0][0]"},
                {"language": "und", "handler_name": "SoundHandler", "vendor_id": "[0][0][0][0]"},
            )


@pytest.mark.parametrize("name", VIDEO)
def test_the_picture_moves_as_before(name: str) -> None:
    kind, make = VIDEO[name]
    built, written = _rebuilt(make(), kind)
    assert (built.kind, built.suffix, built.detail["seconds"]) == ("video", ".mp4", "1")
    with av.open(io.BytesIO(written), "r") as file:
        frames = [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)]
        assert len(file.streams.audio) == (name != "mp4 without sound")
    assert len(frames) == samples.RATE
    assert frames[0].shape == (samples.HIGH, samples.WIDE, 3)
    assert _is_red(frames[0][20, 5])
    assert not _is_red(frames[9][20, 5])


def _is_red(pixel: np.ndarray) -> bool:
    red, green, blue = map(int, pixel)
    return red > 180 and green < 90 and blue < 90


@pytest.mark.parametrize("name", SOUND)
def test_the_tone_sounds_as_before(name: str) -> None:
    kind, make = SOUND[name]
    built, written = _rebuilt(make(), kind)
    assert (built.kind, built.suffix) == ("audio", ".m4a")
    with av.open(io.BytesIO(written), "r") as file:
        assert len(file.streams) == 1
        wave = np.concatenate([frame.to_ndarray()[0] for frame in file.decode(audio=0)])
    middle = wave[10_000:30_000]
    loudest = np.argmax(np.abs(np.fft.rfft(middle))) * 44_100 / len(middle)
    assert loudest == pytest.approx(440, abs=5)


def test_a_turned_recording_comes_out_upright() -> None:
    _, written = _rebuilt(samples.turned(samples.recording("mp4")), "mp4")
    with av.open(io.BytesIO(written), "r") as file:
        first = next(file.decode(video=0))
    assert (first.width, first.height, first.rotation) == (samples.HIGH, samples.WIDE, 0)
    pixels = first.to_ndarray(format="rgb24")
    assert _is_red(pixels[5, samples.HIGH - 20])
    assert not _is_red(pixels[5, 20])


def test_the_day_of_recording_is_told_as_text_only() -> None:
    built, written = _rebuilt(samples.recording("mp4"), "mp4")
    assert built.detail["taken"] == "2026-11-05"  # 03.15 WIB
    movie = written.index(b"mvhd")
    assert written[movie + 8 : movie + 16] == bytes(8)
    for header in (b"tkhd", b"mdhd"):
        at = written.index(header)
        assert written[at + 8 : at + 16] == bytes(8)


def test_the_index_stands_before_the_recording() -> None:
    _, written = _rebuilt(samples.recording("mp4"), "mp4")
    assert written.index(b"moov") < written.index(b"mdat")


def test_a_claimed_length_of_ten_hours_is_refused() -> None:
    content = samples.recording("matroska", picture="libvpx", sound="")
    at = content.index(b"\x44\x89\x88") + 3
    claiming = content[:at] + struct.pack(">d", 36_000_000.0) + content[at + 8 :]
    assert _reason(claiming, "webm") == "video_long"


def test_the_headers_of_an_mp4_are_not_believed() -> None:
    content = samples.claiming(samples.recording("mp4", sound=""), 36_000)
    assert _rebuilt(content, "mp4")[0].detail["seconds"] == "1"


@pytest.mark.slow
def test_a_long_recording_that_claims_to_be_short_is_refused() -> None:
    long = samples.recording("mp4", EVIDENCE_VIDEO_SECONDS + 10, sound="")
    assert _reason(long, "mp4") == "video_long"
    assert _reason(samples.claiming(long, 1), "mp4") == "video_long"


def test_a_long_sound_recording_is_refused() -> None:
    header = b"RIFF\xff\xff\xff\x7fWAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 800, 800, 1, 8)
    content = header + b"data" + struct.pack("<I", 800_000) + bytes(800_000)
    assert _reason(content, "wav") == "audio_long"


@pytest.mark.parametrize("kind", ["mp4", "mov", "3gp", "webm", "mp3", "m4a", "ogg", "wav", "amr"])
def test_what_is_no_recording_is_refused(kind: Format) -> None:
    for content in (b"", b"\x00" * 5_000, b"bukan rekaman " * 500, bytes(range(256)) * 40):
        assert _reason(content, kind) == "unreadable"


def test_a_playlist_leads_nowhere(tmp_path: Path) -> None:
    other = tmp_path / "lain.mp4"
    other.write_bytes(samples.recording("mp4"))
    for playlist in (
        f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{other}\n#EXT-X-ENDLIST\n",
        f"ffconcat version 1.0\nfile '{other}'\n" * 1_000,
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n",
    ):
        for kind in ("mp4", "mov", "webm", "mp3", "ogg"):
            assert _reason(playlist.encode(), kind) == "unreadable"


def test_a_track_in_another_file_is_not_opened(tmp_path: Path) -> None:
    other = tmp_path / "lain.mp4"
    other.write_bytes(samples.recording("mp4", sound=""))
    content = other.read_bytes()
    inside = samples.box(b"url ", b"\x00\x00\x00\x01")
    outside = samples.box(b"url ", b"\x00\x00\x00\x00" + f"file://{other}".encode() + b"\0")
    grown = content.replace(inside, outside)
    assert grown != content
    by = len(outside) - len(inside)
    for name in (b"dref", b"dinf", b"minf", b"mdia", b"trak", b"moov"):
        at = grown.index(name) - 4
        size = struct.unpack(">I", grown[at : at + 4])[0] + by
        grown = grown[:at] + struct.pack(">I", size) + grown[at + 4 :]
    start = grown.index(b"mdat") + 4
    size = struct.unpack(">I", grown[start - 8 : start - 4])[0] - 8
    emptied = grown[:start] + bytes(size) + grown[start + size :]
    assert _reason(emptied, "mp4") == "unreadable"


def test_a_truncated_recording_is_refused_or_shortened() -> None:
    content = samples.recording("matroska", picture="libvpx", sound="")
    built, written = _rebuilt(content[: len(content) * 3 // 4], "webm")
    assert built.size == len(written) > 0
    assert _reason(samples.recording("mp4")[:3_000], "mp4") == "unreadable"


def test_damaged_bytes_do_no_harm() -> None:
    content = samples.recording("mp4")
    for seed in range(8):
        chance = np.random.default_rng(seed)
        damaged = bytearray(content)
        for place in chance.integers(40, len(content), 30):
            damaged[place] = int(chance.integers(256))
        try:
            assert found(_rebuilt(bytes(damaged), "mp4")[1]) == set()
        except Refused:
            continue
