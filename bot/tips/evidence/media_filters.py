"""From a frame of any camera to a frame of the new video: upright, small, and in common colours."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from av.filter import Graph
from av.video.frame import VideoFrame

from bot.tips.evidence.kinds import Refused

TICK: Final = Fraction(1, 1_000)  # the frames' own time, which the filters do not change

_THREADS: Final = 2
_TURNS: Final = {90: ("transpose", "cclock"), -90: ("transpose", "clock")}
# ITU-T H.273: matrices of BT.709 and of BT.2020, and the curve of SMPTE ST 2084 (PQ).
_COMMON: Final = 1
_WIDE: Final = (9, 10)
_PQ: Final = 16
_WHITE: Final = 300  # candela per square metre that become white; ST 2084 reaches 10,000
_SIGNAL: Final = "pow(max(val-16,0)/219,1/78.84375)"
_LIGHT: Final = (
    f"pow(max({_SIGNAL}-0.8359375,0)/(18.8515625-18.6875*{_SIGNAL}),1/0.1593017578125)*10000"
)


@dataclass(frozen=True, slots=True)
class Shape:
    """How the new picture looks: its sides in pixels, its frames a second, its bits a second.

    `matrix` tells how its colours are written (ITU-T H.273), 2 if nobody said so.
    """

    width: int
    height: int
    rate: Fraction
    bits: int
    matrix: int = 2


def matrix(frame: VideoFrame) -> int:
    """The matrix of the new frames; BT.601 and what is rare go on as nobody's word."""
    return _COMMON if frame.colorspace in (_COMMON, *_WIDE) else 2


def traits(frame: VideoFrame) -> tuple[object, ...]:
    """What a graph is made for: frames that differ here need another one."""
    look = frame.rotation, frame.colorspace, frame.color_trc
    return frame.width, frame.height, frame.format.name, *look


def graph(frame: VideoFrame, shape: Shape) -> Graph:
    """The filters from such a frame to the new shape; side data of the source end here."""
    made = Graph()
    made.threads = _THREADS
    source = made.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=TICK
    )
    filters = [
        *_upright(frame.rotation),
        ("scale", f"{shape.width}:{shape.height}:flags=area"),
        ("setsar", "1"),
        *_common_colours(frame),
        ("format", "yuv420p"),
        ("sidedata", "delete"),
        ("buffersink", ""),
    ]
    made.link_nodes(source, *(made.add(name, how or None) for name, how in filters)).configure()
    return made


def _upright(rotation: float) -> list[tuple[str, str]]:
    if abs(rotation) == 180:
        return [("hflip", ""), ("vflip", "")]
    return [_TURNS[int(rotation)]] if rotation in _TURNS else []


def _common_colours(frame: VideoFrame) -> list[tuple[str, str]]:
    """HDR brought to what every screen shows: HLG is made to be seen as it is, PQ is not."""
    if frame.colorspace not in _WIDE:
        return []
    steps = [("colorspace", "all=bt709:iall=bt2020:irange=tv:range=tv:format=yuv420p")]
    if frame.color_trc == _PQ:
        steps.append(("lutyuv", f"y='16+219*pow(min({_LIGHT}/{_WHITE},1),1/2.2)'"))
    return steps


def check_work(frame: VideoFrame, rate: Fraction, seconds: float, most: int) -> None:
    """Raises Refused for a recording with more pixels in all than can be decoded in time."""
    if frame.width * frame.height * rate * Fraction(seconds) > most:
        raise Refused("too_heavy")
