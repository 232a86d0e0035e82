"""Recordings as phones make them: large frames, many a second, in HDR.

A second is encoded once and repeated, so that a whole file of 20 MB is made quickly.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

import av
import numpy as np
from av.video.stream import VideoStream

_FULL_HD, _ULTRA_HD = (1_920, 1_080), (3_840, 2_160)
_X264 = {"preset": "veryfast", "bf": "0", "refs": "1"}
_X265 = {"preset": "ultrafast", "x265-params": "bframes=0:log-level=none:keyint=60"}
_HDR = {
    "preset": "ultrafast",
    "x265-params": (
        "bframes=0:log-level=none:keyint=60"
        ":colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc"
    ),
}


@dataclass(frozen=True, slots=True)
class Phone:
    """What a phone's camera is set to; `bits` a second."""

    sides: tuple[int, int] = _FULL_HD
    rate: int = 30
    bits: int = 17_000_000
    codec: str = "libx264"
    hdr: bool = False


def phone_video(phone: Phone, seconds: int) -> bytes:
    """An MP4 of so many seconds."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as file:
        hevc = _HDR if phone.hdr else _X265
        stream = file.add_stream(
            phone.codec, rate=phone.rate, options=hevc if phone.codec == "libx265" else _X264
        )
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = phone.sides
        stream.pix_fmt = "yuv420p10le" if phone.hdr else "yuv420p"
        stream.codec_context.bit_rate = phone.bits
        stream.codec_context.gop_size = phone.rate
        packets = [p for number in range(phone.rate) for p in stream.encode(_frame(phone, number))]
        packets += stream.encode(None)
        for second in range(seconds):
            for number, packet in enumerate(packets):
                copy = av.Packet(bytes(packet))
                copy.stream, copy.time_base = stream, Fraction(1, phone.rate)
                copy.is_keyframe = packet.is_keyframe
                copy.pts = copy.dts = second * phone.rate + number
                file.mux(copy)
    return buffer.getvalue()


def _frame(phone: Phone, number: int) -> av.VideoFrame:
    """A moving texture with the camera's noise in it."""
    width, high = phone.sides
    chance = np.random.default_rng(number)
    across = np.arange(width)[None, :] + 9 * number
    down = np.arange(high)[:, None]
    light = (across // 7 * 13 + down // 5 * 29) % 160 + 40
    noisy = light + chance.integers(-12, 12, (high, width))
    plane = np.full((high * 3 // 2, width), 128, np.uint8)
    plane[:high] = np.clip(noisy, 0, 255)
    frame = av.VideoFrame.from_ndarray(plane, format="yuv420p")
    if phone.hdr:
        frame = frame.reformat(format="yuv420p10le")
    frame.pts, frame.time_base = number, Fraction(1, phone.rate)
    return frame


SAMPLES: dict[str, Callable[[], bytes]] = {
    "video 1080p, 60 frames/s, 9 s": partial(phone_video, Phone(rate=60), 9),
    "video 1080p, 60 frames/s, 178 s": partial(phone_video, Phone(rate=60, bits=900_000), 178),
    "video 4K, 2 s": partial(phone_video, Phone(_ULTRA_HD, bits=45_000_000), 2),
    "video 4K HEVC, 60 frames/s, 3 s": partial(
        phone_video, Phone(_ULTRA_HD, 60, 50_000_000, "libx265"), 3
    ),
    "video 4K HEVC in HDR, 2 s": partial(
        phone_video, Phone(_ULTRA_HD, 30, 40_000_000, "libx265", hdr=True), 2
    ),
}
