"""CC_ControlNet: swap the outfit of an anime or cartoon character and leave every other pixel alone.

    from ccnet import DressRequest, Garment, Mask, load_pipeline

    pipeline = load_pipeline("starter")
    for answer in pipeline(DressRequest(image, mask, Garment("red sailor uniform, white pleated skirt"))):
        ...  # Progress, then one Candidate for each image asked for; closing the generator cancels

Importing this package imports no torch; `load_pipeline` does, when it is called.
"""

from __future__ import annotations

from ccnet.checkpoints import CheckpointError, load_pipeline
from ccnet.masks import Bounds, Mask
from ccnet.request import Candidate, Control, DressRequest, Garment, Progress

__all__ = [
    "Bounds",
    "Candidate",
    "CheckpointError",
    "Control",
    "DressRequest",
    "Garment",
    "Mask",
    "Progress",
    "load_pipeline",
]
