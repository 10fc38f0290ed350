"""Layered PSD files: the original and the garments over it, for Photoshop, Krita, Clip Studio Paint and their like.

Written with psd-tools. Two things it leaves to its caller through inner attributes: the merged picture is ours, not one
that it computes in floating point, and the layer count is negative, which tells that the fourth channel of the merged
picture is its transparency and no mask.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from gui.atomic import said, write_atomically
from gui.openraster import ProjectError, as_seen, stored
from gui.state import DocumentState

SUFFIX = ".psd"
LARGEST_SIDE = 30_000
"""Of a PSD file, in pixels."""

_LONGEST_NAME = 250


def export_psd(state: DocumentState, path: Path) -> None:
    """Writes a PSD file, whole or not at all. May run in another thread. Raises ProjectError."""
    from psd_tools import PSDImage  # only those who export wait for its import
    from psd_tools.constants import Resource
    from psd_tools.psd.image_resources import ImageResource

    picture = state.picture
    if max(picture.rgb.size) > LARGEST_SIDE:
        raise ProjectError(f"A PSD file holds at most {LARGEST_SIDE} pixels a side: save a project instead.")
    merged = state.render().convert("RGBA")
    on_white = Image.alpha_composite(Image.new("RGBA", merged.size, "white"), merged)
    on_white.putalpha(merged.getchannel("A"))
    psd = PSDImage.frompil(on_white)
    if picture.icc_profile:
        psd.image_resources[Resource.ICC_PROFILE] = ImageResource(key=Resource.ICC_PROFILE, data=picture.icc_profile)
    psd.create_pixel_layer(Image.fromarray(stored(picture)).convert("RGBA"), name="Original")
    for layer in state.layers:
        pixels = Image.fromarray(np.ascontiguousarray(as_seen(layer, picture)))
        written = psd.create_pixel_layer(
            pixels, name="Garment", top=layer.y, left=layer.x, opacity=round(layer.opacity * 255)
        )
        written.name = layer.name[:_LONGEST_NAME]  # unlike the parameter, it takes any script
        written.visible = layer.visible
    information = psd._record.layer_and_mask_information.layer_info
    assert information is not None
    information.layer_count = -abs(information.layer_count)
    psd._updated = False
    try:
        write_atomically(path, lambda file: psd.save(file))
    except OSError as error:
        raise ProjectError(f"'{path}' could not be exported because {said(error)}.") from error
