"""QR codes of the official addresses, made here and never by a service."""

from dataclasses import dataclass

import segno
from markupsafe import Markup

from bot.knowledge.reference import Reference

_INK = "#000"


@dataclass(frozen=True, slots=True)
class Code:
    """An address with its code as inline SVG; ``name`` is what people read."""

    name: str
    svg: Markup


def codes(reference: Reference) -> list[Code]:
    """One code for each official address, else for the public address; none in the demo."""
    addresses = [(a.name, a.link) for a in reference.official.get().addresses]
    if not addresses and reference.address:
        shown = reference.address.partition("://")[2]
        addresses = [(shown, reference.address)]
    return [Code(name, _svg(link)) for name, link in addresses]


def _svg(link: str) -> Markup:
    """Black on the poster's own paper; a quarter of it may be covered.

    Safe without escaping, because the library writes only path data.
    """
    code = segno.make_qr(link, error="q")
    return Markup(  # noqa: S704
        code.svg_inline(dark=_INK, light=None, border=4, omitsize=True, svgclass="qr")
    )
