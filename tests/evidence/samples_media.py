"""Short recordings made by the tests, with marks in every place where one can hide."""

import io
import struct
from collections.abc import Callable
from fractions import Fraction
from functools import partial

import av
import numpy as np
from av.audio.stream import AudioStream
from av.video.stream import VideoStream

from tests.evidence.marks import mark

WIDE, HIGH, RATE, SOUND_RATE = 160, 120, 10, 44_100
_TITLES = {"title": mark("judul"), "comment": mark("komentar"), "artist": mark("pembuat")}
_PLACE = {"location": f"+01.0200+120.8200/{mark('tempat')}", "make": mark("kamera")}


def recording(
    form: str,
    seconds: float = 1.0,
    picture: str = "libx264",
    sound: str = "aac",
    cover: bool = False,
) -> bytes:
    """A moving block with a tone; either of the two codecs may be empty."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=form, options=_options(form)) as file:
        file.metadata.update(_TITLES | _PLACE | {"creation_time": "2026-11-04T20:15:00Z"})
        if form in ("mp4", "mov", "matroska"):
            whole = {"id": 1, "start": 0, "end": 500, "time_base": Fraction(1, 1_000)}
            file.set_chapters([whole | {"metadata": {"title": mark("bab")}}])  # type: ignore[list-item]
        video = _video(file.add_stream(picture, rate=RATE)) if picture else None
        audio = file.add_stream(sound, rate=_rate(sound), layout="mono") if sound else None
        art = _video(file.add_stream("mjpeg", rate=1)) if cover else None
        for stream in (video, audio, art):
            if stream is not None:
                stream.metadata["handler_name"] = mark("pengelola")
                stream.metadata["title"] = mark("lajur")
        if art is not None:
            art.disposition = av.stream.Disposition.attached_pic
            file.mux(art.encode(_frame(0)))
        if video is not None:
            for number in range(int(seconds * RATE)):
                file.mux(video.encode(_frame(number)))
            file.mux(video.encode(None))
        if audio is not None:
            _tone(file, audio, seconds)
    return buffer.getvalue()


def _options(form: str) -> dict[str, str]:
    return {"movflags": "use_metadata_tags"} if form in ("mp4", "mov") else {}


def _rate(sound: str) -> int:
    return {"libopus": 48_000, "libopencore_amrnb": 8_000}.get(sound, SOUND_RATE)


def _video(stream: object) -> VideoStream:
    assert isinstance(stream, VideoStream)
    stream.width, stream.height = WIDE, HIGH
    stream.pix_fmt = "yuvj420p" if stream.codec_context.name == "mjpeg" else "yuv420p"
    return stream


def _frame(number: int) -> av.VideoFrame:
    """White with a red block in the left upper corner that moves to the right."""
    pixels = np.full((HIGH, WIDE, 3), 255, np.uint8)
    pixels[:40, number : 40 + number] = (255, 0, 0)
    frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
    frame.pts, frame.time_base = number, Fraction(1, RATE)
    return frame


def _tone(file: av.container.OutputContainer, stream: object, seconds: float) -> None:
    assert isinstance(stream, AudioStream)
    rate = stream.rate
    wave = (8_000 * np.sin(2 * np.pi * 440 * np.arange(int(rate * seconds)) / rate)).astype("i2")
    frame = av.AudioFrame.from_ndarray(wave.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
    for part in av.AudioResampler("s16", "mono", rate, 1_024).resample(frame):
        file.mux(stream.encode(part))
    file.mux(stream.encode(None))


def box(name: bytes, content: bytes) -> bytes:
    """A box of an MP4."""
    return struct.pack(">I", 8 + len(content)) + name + content


def with_boxes(mp4: bytes) -> bytes:
    """With a place as phones write it (udta, ©xyz), and boxes that nobody has to read."""
    place = f"+01.0200+120.8200/{mark('xyz')}".encode()
    xyz = box(b"\xa9xyz", struct.pack(">HH", len(place), 0x15C7) + place)
    more = box(b"udta", xyz) + box(b"free", mark("kosong").encode())
    at = mp4.rindex(b"moov") - 4
    size = struct.unpack(">I", mp4[at : at + 4])[0]
    moov = mp4[at + 8 : at + size] + more
    tail = box(b"uuid", bytes(16) + mark("xmp").encode()) + box(b"free", mark("ekor").encode())
    return mp4[:at] + box(b"moov", moov) + mp4[at + size :] + tail


def turned(mp4: bytes) -> bytes:
    """With a track header that turns the picture a quarter clockwise, as phones do."""
    upright = struct.pack(">9i", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
    quarter = struct.pack(">9i", 0, 1 << 16, 0, -1 << 16, 0, 0, HIGH << 16, 0, 1 << 30)
    header = mp4.index(b"tkhd")
    at = mp4.index(upright, header)
    return mp4[:at] + quarter + mp4[at + len(quarter) :]


def claiming(mp4: bytes, seconds: int) -> bytes:
    """With a false length in the movie's and the track's headers."""
    content = bytearray(mp4)
    movie = content.index(b"mvhd")
    scale = struct.unpack(">I", content[movie + 16 : movie + 20])[0]
    content[movie + 20 : movie + 24] = struct.pack(">I", seconds * scale)
    at = -1
    while (at := content.find(b"mdhd", at + 1)) > 0:
        scale = struct.unpack(">I", content[at + 16 : at + 20])[0]
        content[at + 20 : at + 24] = struct.pack(">I", min(seconds * scale, 2**32 - 1))
    return bytes(content)


def tagged_mp3() -> bytes:
    """ID3v2 with a picture, the sound, an APE tag and ID3v1."""
    text = mark("ape").encode()
    item = struct.pack("<II", len(text), 0) + b"Title\0" + text
    head = struct.pack("<IIII8x", 2_000, 32 + len(item), 1, 0)
    ape = item + b"APETAGEX" + head
    old = b"TAG" + mark("lama").encode().ljust(125, b"\0")
    return recording("mp3", picture="", sound="libmp3lame", cover=True) + ape + old


def tagged_wav() -> bytes:
    """With the chunks in which recorders write their name and place."""
    wav = recording("wav", picture="", sound="pcm_s16le")
    origin = mark("asal").encode().ljust(602, b"\0")
    chunk = b"bext" + struct.pack("<I", len(origin)) + origin
    content = wav[8:] + chunk
    return b"RIFF" + struct.pack("<I", len(content)) + content


def with_subtitles() -> bytes:
    """With a track of text, as dashboard cameras and drones write their place and speed."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as file:
        video = _video(file.add_stream("libx264", rate=RATE))
        text = file.add_stream("mov_text")
        text.time_base = Fraction(1, 1_000)
        text.codec_context.subtitle_header = b"[Script Info]\n"
        for number in range(RATE):
            file.mux(video.encode(_frame(number)))
        file.mux(video.encode(None))
        words = f"-0.8998,119.8707 {mark('teks')}".encode()
        packet = av.Packet(struct.pack(">H", len(words)) + words)
        packet.stream, packet.time_base = text, Fraction(1, 1_000)
        packet.pts = packet.dts = 0
        packet.duration = 1_000
        file.mux(packet)
    return buffer.getvalue()


SAMPLES: dict[str, Callable[[], bytes]] = {
    "MP4, 10 s": partial(recording, "mp4", 10),
    "MOV, 10 s": partial(recording, "mov", 10, sound="pcm_s16le"),
    "3GP, 10 s": partial(recording, "3gp", 10, "mpeg4"),
    "WebM, 10 s": partial(recording, "webm", 10, "libvpx", "libopus"),
    "MP3, 1 minute": partial(recording, "mp3", 60, "", "libmp3lame"),
    "M4A, 1 minute": partial(recording, "ipod", 60, ""),
    "OGG, 1 minute": partial(recording, "ogg", 60, "", "libopus"),
    "WAV, 1 minute": partial(recording, "wav", 60, "", "pcm_s16le"),
    "AMR, 1 minute": partial(recording, "amr", 60, "", "libopencore_amrnb"),
}
