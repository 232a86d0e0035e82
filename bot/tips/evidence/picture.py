"""Pictures: decoded to pixels, bounded, brought to sRGB, turned upright, and written anew.

The new file is built from bare pixels, so that nothing which stood beside them can follow:
no EXIF, XMP, colour profile, comment, thumbnail, second frame or colour under full transparency.
"""

import re
from collections.abc import Mapping
from datetime import date
from io import BytesIO
from typing import BinaryIO

from PIL import (
    Image,
    ImageCms,
    TiffImagePlugin,  # noqa: F401 (Pillow reads EXIF with it; see `preinit` below)
)
from PIL.AvifImagePlugin import AvifImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile
from pillow_heif import HeifImageFile

from bot.limits import (
    EVIDENCE_COLOURS,
    EVIDENCE_EDGE,
    EVIDENCE_JPEG_PIXELS,
    EVIDENCE_PIXELS,
    EVIDENCE_STRIP,
)
from bot.tips.evidence.kinds import Format, Rebuilt, Refused

_DECODERS: dict[Format, type[ImageFile]] = {
    "jpeg": JpegImageFile,
    "png": PngImageFile,
    "webp": WebPImageFile,
    "gif": GifImageFile,
    "heic": HeifImageFile,
    "avif": AvifImageFile,
}
_PHOTO = {"quality": 85, "optimize": True}
_SCREEN = {"quality": 90, "subsampling": 0, "optimize": True}  # keeps coloured letters sharp
_ORIENTATION, _EXIF, _TAKEN, _DIGITISED = 0x0112, 0x8769, 0x9003, 0x9004
_DATE = re.compile(r"((?:19|20)\d\d):(\d\d):(\d\d)\b")
_PROFILE_MAX = 2**20
_SRGB = ImageCms.createProfile("sRGB")
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

Image.preinit()  # loads the writers now: the child opens no file once it has begun to decode


def rebuild_picture(source: BinaryIO, target: BinaryIO, kind: Format) -> Rebuilt:
    """A JPEG, or a PNG of a picture with few colours. `detail` has "taken" if the file says so.

    Raises `Refused`, and whatever the decoder raises for a broken file.
    """
    image = _open(source, kind)
    turn, taken = _camera_notes(image)
    pixels = picture_pixels(image)
    upright = pixels if turn is None else pixels.transpose(turn)
    suffix, media_type = write_picture(upright, target, screen=kind != "jpeg")
    size = target.seek(0, 2)
    return Rebuilt("picture", suffix, media_type, size, {"taken": taken} if taken else {})


def picture_pixels(image: Image.Image) -> Image.Image:
    """Bare RGB pixels of bounded size: a new image that knows nothing of the old one."""
    profile = image.info.get("icc_profile")
    bounded = _bounded(_opaque(image))
    plain = _in_srgb(bounded, profile)
    return Image.frombytes("RGB", plain.size, plain.tobytes())


def write_picture(pixels: Image.Image, target: BinaryIO, *, screen: bool) -> tuple[str, str]:
    """Write bare pixels; gives suffix and media type. `screen`: it may be a screenshot."""
    if screen and pixels.getcolors(EVIDENCE_COLOURS):
        pixels.save(target, "PNG")
        return ".png", "image/png"
    pixels.save(target, "JPEG", **(_SCREEN if screen else _PHOTO))
    return ".jpg", "image/jpeg"


def _open(source: BinaryIO, kind: Format) -> Image.Image:
    """The first frame, its size checked before any pixel is decoded."""
    image = _DECODERS[kind](source)
    width, height = image.size
    if width * height > (EVIDENCE_JPEG_PIXELS if kind == "jpeg" else EVIDENCE_PIXELS):
        raise Refused("too_many_pixels")
    image.draft("RGB", (EVIDENCE_EDGE, EVIDENCE_EDGE))
    image.load()
    return image


def _opaque(image: Image.Image) -> Image.Image:
    """Grey, RGB or CMYK; transparency becomes white paper, and what hid under it is gone."""
    if image.mode.startswith("I"):
        return image.point(lambda value: value / 256).convert("L")  # 16 bits of grey
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        paper = Image.new("RGB", layer.size, "white")
        paper.paste(layer, mask=layer.getchannel("A"))
        return paper
    return image if image.mode in ("L", "RGB", "CMYK") else image.convert("RGB")


def _bounded(image: Image.Image) -> Image.Image:
    """At most 2560 pixels long; a scrolled screenshot may be longer, else nobody could read it."""
    short, long = sorted(image.size)
    narrow, tall = EVIDENCE_STRIP
    scale = max(EVIDENCE_EDGE / long, min(narrow / short, tall / long))
    if scale >= 1:
        return image
    width, height = (max(1, round(edge * scale)) for edge in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The colours as they were meant; a profile that makes no sense is ignored."""
    if profile and len(profile) <= _PROFILE_MAX:
        try:
            found = ImageCms.ImageCmsProfile(BytesIO(profile))
            converted = ImageCms.profileToProfile(image, found, _SRGB, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            converted = None
        if converted:
            return converted
    return image.convert("RGB")


def _camera_notes(image: Image.Image) -> tuple[Image.Transpose | None, str]:
    """How to turn the picture, and the day of `_day`. Broken notes count as none."""
    try:
        exif = image.getexif()
        fields = exif.get_ifd(_EXIF)
        return _UPRIGHT.get(exif.get(_ORIENTATION, 1)), _day(fields)
    except Exception:  # the reader of notes fails in many ways, and the picture may still be good
        return None, ""


def _day(fields: Mapping[int, object]) -> str:
    """The day on which the camera says it was, or nothing."""
    match = _DATE.match(str(fields.get(_TAKEN) or fields.get(_DIGITISED) or ""))
    try:
        return date(*(int(part) for part in match.groups())).isoformat() if match else ""
    except ValueError:
        return ""
