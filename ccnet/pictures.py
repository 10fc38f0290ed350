"""Opening and saving pictures: every odd but valid file becomes RGB, every bad one is refused in one sentence.

The door between files and the core. Inside, a picture is a Pillow image of mode RGB, 8 bits a channel; what a file
holds beside that (transparency, colour profile) is remembered in a `Picture` and put back when a result is saved.
"""

from __future__ import annotations

import contextlib
import difflib
import logging
import os
import secrets
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError
from PIL.PngImagePlugin import PngInfo

from ccnet.masks import Mask
from ccnet.request import MIN_SIDE

MAX_PIXELS = 100_000_000
"""Larger files are refused before they are decoded: a small file can claim to be of any size."""

FORMATS = ("PNG", "JPEG", "WEBP", "AVIF", "GIF", "BMP", "TIFF", "JPEG2000", "PPM", "PSD")
"""What is opened, by Pillow's names. Others are left out on purpose: some of their readers start other programs."""

READABLE = "PNG, JPEG, WebP, AVIF, GIF, BMP, TIFF and PSD"

_GREY_DEEP = ("I", "I;16", "I;16L", "I;16B", "I;16N", "F")
_OTHER_COLOURS = ("CMYK", "LAB")
_SIGNATURES = (b"\x89PNG", b"\xff\xd8", b"RIFF", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"8BPS", b"P5", b"P6")

# Without a handler anywhere, Python prints what Pillow logs about a broken file beside our one sentence.
logging.getLogger("PIL").addHandler(logging.NullHandler())


class PictureError(ValueError):
    """A file that cannot be used, in one sentence for the person who named it."""


@dataclass(frozen=True)
class Picture:
    """An opened picture.

    rgb: mode RGB, the colours as stored, also under transparent pixels. alpha: mode L of the same size, None when
    the picture is opaque. icc_profile: the colour profile of `rgb`, to be saved with any result. notices: sentences
    for the user about what was done to an odd file.
    """

    rgb: Image.Image
    alpha: Image.Image | None = None
    icc_profile: bytes | None = None
    notices: tuple[str, ...] = ()

    @property
    def image(self) -> Image.Image:
        """Mode RGB, what a model is shown: a transparent picture lies on white, where its outlines can be seen."""
        if self.alpha is None:
            return self.rgb
        ground = Image.new("RGB", self.rgb.size, "white")
        ground.paste(self.rgb, mask=self.alpha)
        return ground

    def finish(self, image: Image.Image, layer: Image.Image) -> Image.Image:
        """A result as it is saved: RGB, or RGBA with this picture's own transparency.

        image: RGB, the result for `self.image`. layer: RGBA, the change alone. Wherever the layer is empty the
        colours are this picture's, bit for bit, also those under transparent pixels.
        """
        if self.alpha is None:
            return image
        untouched = layer.getchannel("A").point(lambda a: 255 if a == 0 else 0)
        result = image.copy()
        result.paste(self.rgb, mask=untouched)
        result.putalpha(self.alpha)
        return result

    def finish_layer(self, layer: Image.Image) -> Image.Image:
        """A layer as it is saved: RGBA, seen no more than this picture is, so that it lies over it without a halo."""
        if self.alpha is None:
            return layer
        seen = np.asarray(layer.getchannel("A"), np.uint16) * np.asarray(self.alpha, np.uint16)
        result = layer.copy()
        result.putalpha(Image.fromarray(((seen + 127) // 255).astype(np.uint8)))
        return result


def open_picture(path: Path) -> Picture:
    """The picture in a file, first frame, turned upright. Raises PictureError."""
    image, notices = load(path)
    picture = to_picture(path, image)
    if min(picture.rgb.size) < MIN_SIDE:
        size = "{} x {}".format(*picture.rgb.size)
        raise PictureError(f"'{path}' is too small ({size}): each side needs at least {MIN_SIDE} pixels.")
    if picture.alpha is not None:
        notices += (f"'{path}' is partly transparent: its transparency is kept.",)
    return replace(picture, notices=notices + picture.notices)


def open_mask(path: Path) -> tuple[Mask, tuple[str, ...]]:
    """The mask in a file: white is repainted, black and transparent are kept; and notices for the user.

    Greys are kept as they are, except that values within a hair of black or white become black or white (JPEG).
    A transparent picture without any white in it was painted in some other colour: its opacity is the mask.
    Raises PictureError.
    """
    image, notices = load(path)
    picture = to_picture(path, image)
    notices += picture.notices
    values = np.asarray(picture.rgb.convert("L"))
    if picture.alpha is not None:
        opacity = np.asarray(picture.alpha)
        if values[opacity > 0].max(initial=0) < 192:
            notices += (f"'{path}' has paint on a transparent ground: whatever is painted gets repainted.",)
            values = opacity
        else:
            values = ((values.astype(np.uint16) * opacity + 127) // 255).astype(np.uint8)
    mask = Mask(values).snap()
    edge = np.concatenate([mask.alpha[0], mask.alpha[-1], mask.alpha[:, 0], mask.alpha[:, -1]])
    if edge.min() == 255 and mask.alpha.min() == 0:
        notices += (f"'{path}' is white all along its border: white is repainted, so invert it if black was meant.",)
    return mask, notices


def load(path: Path) -> tuple[Image.Image, tuple[str, ...]]:
    """The first frame of a picture file, decoded as stored, with its metadata; and notices for the user.

    Raises PictureError when the file is missing, unreadable, empty, damaged, too large or no picture.
    """
    _check_file(path)
    notices: tuple[str, ...] = ()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's own words on large or odd files; ours are below
        try:
            with path.open("rb") as file, Image.open(file, formats=FORMATS) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise PictureError(_too_large(path, image.size))
                frames = getattr(image, "n_frames", 1)
                if frames > 1 and image.format != "PSD":  # Photoshop's frames are layers; its first is the whole
                    notices += (f"'{path}' holds {frames} frames: the first is used.",)
                with _silent_library(image):
                    image.load()
                return image, notices
        except PictureError:
            raise
        except Image.DecompressionBombError as error:
            raise PictureError(_too_large(path)) from error
        except UnidentifiedImageError as error:
            with path.open("rb") as file:
                head = file.read(8)
            known = head.startswith(_SIGNATURES) or head[4:] == b"ftyp"
            raise PictureError(_damaged(path) if known else _no_picture(path)) from error
        except PermissionError as error:
            raise PictureError(f"'{path}' cannot be read: you lack the permission; change it or use a copy.") from error
        except Exception as error:  # Pillow's readers answer damage with whatever it made them stumble over
            raise PictureError(_damaged(path)) from error


def to_picture(path: Path, image: Image.Image) -> Picture:
    """A loaded image, turned upright and in RGB. `path` names it in messages. Raises PictureError."""
    notices: tuple[str, ...] = ()
    try:
        upright = _upright(image)
        rgb, alpha, profile = _split(upright)
    except Exception as error:  # modes this program has never seen
        raise PictureError(f"'{path}' has colours this program cannot read: save it as an 8-bit RGB PNG.") from error
    if upright is not image:
        notices += (f"'{path}' was turned upright, as its EXIF orientation asks.",)
    if upright.mode in _OTHER_COLOURS:
        notices += (f"'{path}' is {upright.mode}: its colours were converted to sRGB.",)
    return Picture(rgb, alpha, profile, notices)


@contextlib.contextmanager
def _silent_library(image: Image.Image) -> Iterator[None]:
    """Keeps libtiff, which reports damage to the process's stderr by itself, from talking beside our one sentence."""
    if image.format != "TIFF":
        yield
        return
    with contextlib.ExitStack() as undo:
        with contextlib.suppress(OSError):  # a program without a console has no stderr
            kept = os.dup(2)
            undo.callback(os.close, kept)
            undo.callback(os.dup2, kept, 2)
            with open(os.devnull, "wb") as nowhere:
                os.dup2(nowhere.fileno(), 2)
        yield


def check_folder(folder: Path) -> None:
    """Makes sure that files can be written into a folder, which need not exist yet; leaves nothing behind.

    Raises PictureError.
    """
    try:
        existing = next(parent for parent in (folder, *folder.absolute().parents) if parent.exists())
        if not existing.is_dir():
            raise PictureError(f"Results cannot go into '{folder}': '{existing}' is a file; name another --out folder.")
        probe = existing / f".ccnet-{secrets.token_hex(6)}"
        probe.mkdir()
        probe.rmdir()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise PictureError(f"Results cannot go into '{folder}' ({reason}): name another folder with --out.") from error


def save_png(
    image: Image.Image,
    path: Path,
    *,
    info: PngInfo | None = None,
    icc_profile: bytes | None = None,
    overwrite: bool = False,
) -> Path:
    """Writes a PNG, whole or not at all, and returns where: under the next free name when `path` is taken.

    The folder is made when it does not exist. Raises PictureError when the file cannot be written.
    """
    temporary = path.parent / f".ccnet-{secrets.token_hex(6)}.part"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with temporary.open("xb") as file:
                image.save(file, "PNG", pnginfo=info, icc_profile=icc_profile)
                file.flush()
                os.fsync(file.fileno())
            return _publish(temporary, path, overwrite)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise PictureError(
            f"'{path}' could not be written ({reason}): make room or name another --out folder."
        ) from error


def _publish(temporary: Path, path: Path, overwrite: bool) -> Path:
    if overwrite:
        os.replace(temporary, path)
        return path
    target, number = path, 1
    while True:
        try:
            os.link(temporary, target)  # unlike a rename, this fails when somebody else took the name just now
            return target
        except FileExistsError:
            pass
        except OSError:  # a file system without hard links
            if not target.exists():
                os.replace(temporary, target)
                return target
        number += 1
        target = path.with_name(f"{path.stem} ({number}){path.suffix}")


def _check_file(path: Path) -> None:
    try:
        if path.is_dir():
            raise PictureError(f"'{path}' is a folder, not a picture: name a file in it.")
        if not path.exists():
            raise PictureError(_missing(path))
        if not path.is_file():
            raise PictureError(f"'{path}' is no ordinary file: name a picture.")
        if path.stat().st_size == 0:
            raise PictureError(f"'{path}' is empty (0 bytes): export or copy it again.")
    except OSError as error:
        raise PictureError(f"'{path}' cannot be read ({(error.strerror or str(error)).lower()}).") from error


def _upright(image: Image.Image) -> Image.Image:
    try:
        orientation = image.getexif().get(0x0112, 1)
        return ImageOps.exif_transpose(image) if orientation in range(2, 9) else image
    except Exception:  # damaged EXIF is no reason to refuse an intact picture
        return image


def _split(image: Image.Image) -> tuple[Image.Image, Image.Image | None, bytes | None]:
    """Any Pillow image -> (RGB, L or None, colour profile of the RGB or None)."""
    profile = image.info.get("icc_profile")
    if image.mode in _GREY_DEEP:
        grey, alpha = _eight_bits(image)
        return grey.convert("RGB"), alpha, None
    if image.mode in _OTHER_COLOURS:
        return _to_srgb(image, profile), None, None
    # A grey picture's profile does not fit the RGB that is saved.
    profile = profile if isinstance(profile, bytes) and profile[16:20] == b"RGB " else None
    if not image.has_transparency_data:
        return _plain(image.convert("RGB")), None, profile
    rgba = image.convert("RGBA")
    alpha = rgba.getchannel("A")
    return _plain(rgba.convert("RGB")), None if alpha.getextrema() == (255, 255) else alpha, profile


def _plain(image: Image.Image) -> Image.Image:
    """A converted image without the metadata of its file."""
    image.info = {}
    return image


def _eight_bits(image: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    """Grey of more than 8 bits -> L, and its transparency if one grey was declared transparent.

    16 bits keep their high byte, as Pillow does with 16-bit colour, so that grey and colour agree. Wider integers
    are taken for 16 bits as long as they fit; floats for 0..1, unless they reach beyond.
    """
    values = np.nan_to_num(np.asarray(image))
    if image.mode == "F":
        top = 1.0 if values.max() <= 1 else 255.0 if values.max() <= 255 else float(values.max())
        grey = np.clip(values * (255 / top) + 0.5, 0, 255)
    else:
        excess = max(0, int(values.max()).bit_length() - 16)
        grey = np.clip(values.astype(np.int64) >> (8 + excess), 0, 255)
    clear = image.info.get("transparency")
    alpha = Image.fromarray(np.where(values == clear, 0, 255).astype(np.uint8)) if isinstance(clear, int) else None
    return Image.fromarray(grey.astype(np.uint8)), alpha


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Print colours to screen colours, by the file's own profile where it has a sound one."""
    if image.mode == "LAB":
        source = ImageCms.createProfile("LAB")
    elif profile:
        source = BytesIO(profile)
    else:
        return _plain(image.convert("RGB"))
    try:
        converted = ImageCms.profileToProfile(
            image, ImageCms.ImageCmsProfile(source), ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError):
        converted = None
    return _plain(converted or image.convert("RGB"))


def _missing(path: Path) -> str:
    try:
        near = difflib.get_close_matches(path.name, [p.name for p in path.parent.iterdir() if p.is_file()], 1)
    except OSError:
        near = []
    advice = f"did you mean '{path.with_name(near[0])}'?" if near else "check its name."
    return f"There is no file '{path}': {advice}"


def _damaged(path: Path) -> str:
    return f"'{path}' is damaged or cut off: export, copy or download it again."


def _no_picture(path: Path) -> str:
    return f"'{path}' is not a picture this program can read: use one of {READABLE}."


def _too_large(path: Path, size: tuple[int, int] | None = None) -> str:
    measured = f" ({size[0]} x {size[1]})" if size else ""
    limit = MAX_PIXELS // 1_000_000
    return f"'{path}' is too large{measured}: scale it down to at most {limit} million pixels."
