"""Video and sound: decoded, bounded, and encoded anew into an MP4 or M4A that holds nothing else.

One picture track and one sound track are taken; cover art, subtitles, GPS and other data tracks,
chapters and tags are never read from. The demuxer is forced to the sniffed format and may open
nothing but the file it was given, so a playlist in disguise leads nowhere.
"""

import math
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from fractions import Fraction
from typing import Any, BinaryIO, Final

import av
import av.logging
import av.subtitles.codeccontext
import av.subtitles.stream
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.bitstream import BitStreamFilterContext
from av.codec.context import Flags
from av.container import InputContainer, OutputContainer
from av.filter import Graph
from av.stream import Disposition, Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from bot.limits import (
    EVIDENCE_AUDIO_SECONDS,
    EVIDENCE_VIDEO_BOUNDS,
    EVIDENCE_VIDEO_OUT,
    EVIDENCE_VIDEO_PIXELS,
    EVIDENCE_VIDEO_SECONDS,
    EVIDENCE_VIDEO_WORK,
    ZONE,
)
from bot.tips.evidence.kinds import Format, Rebuilt, Refused
from bot.tips.evidence.media_filters import TICK, Shape, check_work, graph, matrix, traits

# PyAV loads these only when it meets such a track; in the child that would be too late.
_SUBTITLES: Final = (av.subtitles.codeccontext, av.subtitles.stream)
_DEMUXERS: dict[Format, str] = {
    **dict.fromkeys(("mp4", "mov", "3gp", "m4a"), "mov"),
    "webm": "matroska",
    "mp3": "mp3",
    "ogg": "ogg",
    "wav": "wav",
    "amr": "amr",
}
_PICTURE_CODECS: Final = {"h264", "hevc", "vp8", "vp9", "av1", "libdav1d", "mpeg4", "h263"}
_SOUND_CODECS: Final = {
    *("aac", "mp3", "mp3float", "opus", "libopus", "vorbis", "flac", "alac", "amrnb", "amrwb"),
    *("pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_u8"),
    *("pcm_alaw", "pcm_mulaw"),
}
_THREADS: Final = 2
_CAMERA_RATE: Final = 60  # frames a second that are believed
_SOUND_RATE: Final = 44_100
_SOUND_BITS: Final = 64_000  # a second, one channel
_SOUND_FRAME: Final = 1_024  # samples in one AAC frame
# No captions of the source, and no message of the encoder about itself (H.264 SEI, type 6).
_H264: Final = {"preset": "superfast", "crf": "26", "a53cc": "0", "threads": str(_THREADS)}
_NO_MESSAGES: Final = "filter_units=remove_types=6"


def rebuild_media(source: BinaryIO, target: BinaryIO, kind: Format) -> Rebuilt:
    """Write the video (.mp4: H.264, AAC) or the sound (.m4a: AAC) of ``source`` anew.

    ``source`` and ``target`` are seekable. `detail` gives "seconds" and, if the file tells it,
    the day of recording as "taken". Raises Refused: video_long, audio_long, too_heavy,
    unreadable.
    """
    av.logging.set_level(av.logging.PANIC)
    try:
        return _rebuild(source, target, kind)
    except (av.FFmpegError, ValueError, TypeError, OverflowError, EOFError) as error:
        raise Refused("unreadable") from error


class _Reader:
    """A file read from a place of its own: PyAV takes one that could also be written for output,
    and the new file is read while it is written, to move its index to the front.
    """

    name = ""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._at = 0

    def read(self, size: int) -> bytes:
        writing_at = self._file.tell()
        self._file.seek(self._at)
        content = self._file.read(size)
        self._at = self._file.tell()
        self._file.seek(writing_at)
        return content

    def seek(self, to: int, whence: int = 0) -> int:
        writing_at = self._file.tell()
        end = self._file.seek(0, 2)
        self._file.seek(writing_at)
        self._at = to + (0, self._at, end)[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def close(self) -> None:
        """The file stays open."""


def _rebuild(source: BinaryIO, target: BinaryIO, kind: Format) -> Rebuilt:
    shape = _shape(source, kind)
    with _opened(source, kind) as old:
        taken = _taken(old.metadata.get("creation_time", ""))
        with _new(target) as new:
            copier = _Copier(old, new, shape)
            copier.run()
    size = target.seek(0, 2)
    if not copier.seconds or size > EVIDENCE_VIDEO_OUT * 1.2:
        raise Refused("too_heavy" if copier.seconds else "unreadable")
    detail = {"seconds": str(math.ceil(copier.seconds))} | ({"taken": taken} if taken else {})
    if shape is None:
        return Rebuilt("audio", ".m4a", "audio/mp4", size, detail)
    return Rebuilt("video", ".mp4", "video/mp4", size, detail)


def _opened(source: BinaryIO, kind: Format) -> InputContainer:
    demuxer = _DEMUXERS[kind]
    only_this = {"protocol_whitelist": "none", "format_whitelist": demuxer}
    return av.open(_Reader(source), "r", format=demuxer, options=only_this, io_open=_refuse)


def _new(target: BinaryIO) -> OutputContainer:
    """An MP4 without the time and name of its maker, its index moved to the front."""
    return av.open(
        target,
        "w",
        format="mp4",
        options={"fflags": "+bitexact", "movflags": "+faststart"},
        io_open=lambda *_: _Reader(target),
    )


def _refuse(*_: Any) -> None:
    """Called where a file points to another file."""
    raise Refused("unreadable")


def _shape(source: BinaryIO, kind: Format) -> Shape | None:
    """The shape that the new picture takes, from the first frame; None if there is only sound."""
    with _opened(source, kind) as old:
        track = _picture_track(old)
        if track is None:
            _check_seconds(old, EVIDENCE_AUDIO_SECONDS, "audio_long")
            return None
        _check_seconds(old, EVIDENCE_VIDEO_SECONDS, "video_long")
        if track.width * track.height > EVIDENCE_VIDEO_PIXELS:
            raise Refused("too_heavy")
        first = next(_frames(old, [track]), None)
        if not isinstance(first, VideoFrame):
            raise Refused("unreadable")
        seconds = (old.duration or 0) / av.time_base or EVIDENCE_VIDEO_SECONDS
        check_work(first, _rate(track, _CAMERA_RATE), seconds, EVIDENCE_VIDEO_WORK)
        edge, rate = _bounds(seconds)
        return Shape(*_sides(first, track, edge), _rate(track, rate), _bits(seconds), matrix(first))


def _check_seconds(old: InputContainer, longest: int, reason: str) -> None:
    if old.duration and old.duration > (longest + 1) * av.time_base:
        raise Refused(reason)


def _picture_track(old: InputContainer) -> VideoStream | None:
    return next(
        (
            track
            for track in old.streams.video
            if not track.disposition & (Disposition.attached_pic | Disposition.timed_thumbnails)
            and _codec(track) in _PICTURE_CODECS
        ),
        None,
    )


def _sound_track(old: InputContainer) -> AudioStream | None:
    return next((track for track in old.streams.audio if _codec(track) in _SOUND_CODECS), None)


def _codec(track: Stream) -> str:
    """The decoder's name; empty for a track that has no decoder."""
    return getattr(track.codec_context, "name", "")


def _bounds(seconds: float) -> tuple[int, int]:
    """The longer side and the frames a second for a recording of this length."""
    return next(
        (edge, rate) for longest, edge, rate in EVIDENCE_VIDEO_BOUNDS if seconds <= longest + 1
    )


def _sides(first: VideoFrame, track: VideoStream, edge: int) -> tuple[int, int]:
    """Even sides within the bound, upright, with square pixels."""
    stretch = track.sample_aspect_ratio or Fraction(1)
    wide, high = first.width * (stretch if 0.25 < stretch < 4 else 1), Fraction(first.height)
    if abs(first.rotation) == 90:
        wide, high = high, wide
    scale = min(Fraction(1), edge / max(wide, high))
    return max(2, round(wide * scale / 2) * 2), max(2, round(high * scale / 2) * 2)


def _rate(track: VideoStream, most: int) -> Fraction:
    rate = track.average_rate or Fraction(0)
    return rate if 1 <= rate <= most else Fraction(most)


def _bits(seconds: float) -> int:
    """Most bits a second, so that the whole stays within the bound."""
    return min(2_500_000, int(EVIDENCE_VIDEO_OUT * 8 / max(seconds, 1)) - _SOUND_BITS)


def _frames(old: InputContainer, tracks: Iterable[Stream]) -> Iterator[VideoFrame | AudioFrame]:
    """The frames that can be decoded; a damaged one is left out."""
    for track in tracks:
        track.codec_context.thread_count = _THREADS
    for packet in old.demux(*tracks):
        with suppress(av.InvalidDataError):
            for frame in packet.decode():
                if isinstance(frame, VideoFrame | AudioFrame):
                    yield frame


def _taken(stamp: str) -> str:
    """The day (western Indonesian time) of a recording; clocks that were never set are left out."""
    try:
        day = datetime.fromisoformat(stamp).astimezone(ZONE).date()
    except ValueError:
        return ""
    return day.isoformat() if day.year >= 2000 else ""


class _Copier:
    """Carries the frames of one picture track and one sound track into a new file."""

    def __init__(self, old: InputContainer, new: OutputContainer, shape: Shape | None) -> None:
        self.seconds = 0.0
        self._old, self._new = old, new
        self._start = (old.start_time or 0) / av.time_base
        picture, sound = _picture_track(old) if shape else None, _sound_track(old)
        self._tracks = [track for track in (picture, sound) if track is not None]
        if not self._tracks:
            raise Refused("unreadable")
        self._longest = EVIDENCE_VIDEO_SECONDS if shape else EVIDENCE_AUDIO_SECONDS
        self._too_long = "video_long" if shape else "audio_long"
        self._picture = _Picture(new, shape) if shape else None
        self._sound = _Sound(new) if sound else None

    def run(self) -> None:
        for frame in _frames(self._old, self._tracks):
            if frame.time is None or frame.time < self._start:
                continue
            time = frame.time - self._start
            if time > self._longest + 1:
                raise Refused(self._too_long)
            self.seconds = max(self.seconds, time)
            if isinstance(frame, VideoFrame) and self._picture:
                self._picture.take(frame, time)
            elif isinstance(frame, AudioFrame) and self._sound:
                self._sound.take(frame, time)
        for writer in (self._picture, self._sound):
            if writer:
                writer.finish()


class _Picture:
    """Frames turned upright, scaled, put on an even grid of time, and encoded as H.264."""

    def __init__(self, new: OutputContainer, shape: Shape) -> None:
        self._new, self._shape = new, shape
        limits = {"maxrate": str(shape.bits), "bufsize": str(2 * shape.bits)}
        self._stream = new.add_stream("libx264", rate=shape.rate, options=_H264 | limits)
        self._stream.width, self._stream.height = shape.width, shape.height
        self._stream.pix_fmt = "yuv420p"
        self._stream.codec_context.time_base = 1 / shape.rate
        self._stream.codec_context.colorspace = shape.matrix
        self._stream.codec_context.flags |= Flags.bitexact | Flags.global_header
        self._without_messages = BitStreamFilterContext(_NO_MESSAGES, self._stream)
        self._graph = Graph()
        self._seen: tuple[object, ...] = ()
        self._slot = -1

    def take(self, frame: VideoFrame, time: float) -> None:
        slot = round(time * self._shape.rate)
        if slot <= self._slot:
            return
        self._slot = slot
        ready = self._scaled(frame)
        ready.pts, ready.time_base = slot, 1 / self._shape.rate
        self._write(ready)

    def finish(self) -> None:
        self._write(None)

    def _write(self, frame: VideoFrame | None) -> None:
        for packet in self._stream.encode(frame):
            self._new.mux(self._without_messages.filter(packet))

    def _scaled(self, frame: VideoFrame) -> VideoFrame:
        seen = traits(frame)
        if seen != self._seen:
            self._seen, self._graph = seen, graph(frame, self._shape)
        frame.time_base = TICK
        self._graph.vpush(frame)
        return self._graph.vpull()


class _Sound:
    """Samples brought to one channel, kept in step with the picture, and encoded as AAC."""

    def __init__(self, new: OutputContainer) -> None:
        self._new = new
        self._stream = new.add_stream("aac", rate=_SOUND_RATE, layout="mono")
        self._stream.codec_context.bit_rate = _SOUND_BITS
        self._stream.codec_context.flags |= Flags.bitexact | Flags.global_header
        self._resampler = self._fresh()
        self._seen: tuple[object, ...] = ()
        self._at = 0

    def take(self, frame: AudioFrame, time: float) -> None:
        seen = (frame.sample_rate, frame.layout.name, frame.format.name)
        if seen != self._seen:
            self._seen, self._resampler = seen, self._fresh()
        due = round(time * _SOUND_RATE)
        if due - self._at > _SOUND_RATE // 5:  # a gap in the source, or a later beginning
            self._at = due
        frame.pts = None
        self._write(self._resampler.resample(frame))

    def finish(self) -> None:
        if self._seen:
            self._write(self._resampler.resample(None))
        self._new.mux(self._stream.encode(None))

    def _write(self, frames: Iterable[AudioFrame]) -> None:
        for frame in frames:
            frame.pts, frame.time_base = self._at, Fraction(1, _SOUND_RATE)
            self._at += frame.samples
            self._new.mux(self._stream.encode(frame))

    @staticmethod
    def _fresh() -> AudioResampler:
        return AudioResampler("fltp", "mono", _SOUND_RATE, _SOUND_FRAME)
