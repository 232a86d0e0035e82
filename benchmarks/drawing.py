"""Growth curves as an SVG: how much dearer one step becomes as the data grow, both logarithmic."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10

WIDTH, HEIGHT, MARGIN = 720, 420, 60
_DASHES = ("", "8 4", "2 4", "12 4 2 4")


@dataclass(frozen=True)
class Curve:
    """``points``: how many times the smallest amount of data, and milliseconds of one step."""

    name: str
    points: Sequence[tuple[float, float]]

    def sentence(self) -> str:
        first, last = self.points[0], self.points[-1]
        return (
            f"{self.name} x{last[0]:g}: {first[1]:.2f} -> {last[1]:.2f} ms, "
            f"x{last[1] / first[1]:.2f}"
        )


def draw(curves: Sequence[Curve]) -> str:
    """Right: data, times the smallest. Up: cost, times the first. Grey: growth in proportion."""
    most = max(point[0] for curve in curves for point in curve.points)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#faf8f5"/>',
        *_axes(most),
    ]
    for number, curve in enumerate(curves):
        line = " ".join(_place(x, y / curve.points[0][1], most) for x, y in curve.points)
        dash = _DASHES[number % len(_DASHES)]
        parts.append(
            f'<polyline points="{line}" fill="none" stroke="#5b3f6b" stroke-width="2" '
            f'stroke-dasharray="{dash}"/>'
        )
        y = MARGIN + 18 * number
        parts.append(
            f'<line x1="{MARGIN + 12}" x2="{MARGIN + 52}" y1="{y - 4}" y2="{y - 4}" '
            f'stroke="#5b3f6b" stroke-width="2" stroke-dasharray="{dash}"/>'
            f'<text x="{MARGIN + 60}" y="{y}" fill="#2b2622">{curve.sentence()}</text>'
        )
    return "\n".join([*parts, "</svg>", ""])


def _axes(most: float) -> list[str]:
    parts = [
        f'<polyline points="{_place(1, 1, most)} {_place(most, most, most)}" fill="none" '
        'stroke="#b8b0a6"/>'
    ]
    step = 1
    while step <= most:
        x, y = _place(step, step, most).split(",")
        parts.append(f'<text x="{x}" y="{HEIGHT - MARGIN + 20}" fill="#2b2622">x{step}</text>')
        parts.append(f'<text x="8" y="{y}" fill="#2b2622">x{step}</text>')
        step *= 10
    label = "data (right), cost of one step (up); the grey line is growth in proportion"
    parts.append(f'<text x="{MARGIN}" y="{HEIGHT - 12}" fill="#2b2622">{label}</text>')
    return parts


def _place(x: float, y: float, most: float) -> str:
    span = log10(most)
    right = MARGIN + log10(x) / span * (WIDTH - 2 * MARGIN)
    up = HEIGHT - MARGIN - max(-0.05, log10(y) / span) * (HEIGHT - 2 * MARGIN)
    return f"{right:.0f},{up:.0f}"
