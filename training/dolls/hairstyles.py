"""The table of hair styles: which pieces each is built from. Pieces are drawn by `training.dolls.hair`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Style:
    """`length`: how far the back hair hangs: 0 = jaw, 1 = shoulders, 2 = waist, 3 = hips, 4 = knees.

    `width`: half width at the cheeks and at the ends; `locks`: length of the side locks on the same scale (None: none);
    `ends`: "points", "blunt", "spiky", "wavy", "curly"; `extra`: tails, braids, buns...; `high`: hats do not fit.
    """

    length: float
    width: tuple[float, float] = (0.47, 0.44)
    ends: str = "points"
    locks: float | None = 0.0
    extra: tuple[str, ...] = ()
    girl: bool = True
    boy: bool = False
    high: bool = False
    bangs: tuple[str, ...] = ()
    also: tuple[str, ...] = ()  # more tags

    def tags(self, name: str) -> list[str]:
        return [*self.also, name]


LONG, MEDIUM, SHORT = ("long hair",), ("medium hair",), ("short hair",)
STYLES: dict[str, Style] = {
    "short hair": Style(0.1, (0.46, 0.40), "points", 0.0, boy=True),
    "bob cut": Style(0.25, (0.49, 0.46), "blunt", 0.15, also=SHORT),
    "medium hair": Style(1.0, (0.47, 0.47), "points", 0.6),
    "long hair": Style(2.2, (0.47, 0.50), "points", 1.2),
    "very long hair": Style(3.7, (0.48, 0.62), "points", 1.9),
    "hime cut": Style(2.6, (0.47, 0.46), "blunt", 0.25, bangs=("blunt bangs",), also=LONG),
    "twintails": Style(-0.15, (0.44, 0.34), "points", 0.3, ("twintails",), high=True, also=LONG),
    "short twintails": Style(-0.15, (0.44, 0.34), "points", 0.1, ("short twintails",), also=SHORT),
    "low twintails": Style(-0.1, (0.45, 0.36), "points", 0.0, ("low twintails",), also=LONG),
    "ponytail": Style(-0.15, (0.44, 0.34), "points", 0.3, ("ponytail",), high=True, also=LONG),
    "side ponytail": Style(-0.15, (0.44, 0.34), "points", 0.2, ("side ponytail",), high=True, also=LONG),
    "low ponytail": Style(-0.1, (0.45, 0.36), "points", 0.2, ("low ponytail",), boy=True, also=LONG),
    "single braid": Style(-0.1, (0.45, 0.36), "points", 0.0, ("single braid",), also=LONG),
    "twin braids": Style(-0.1, (0.45, 0.36), "points", 0.0, ("twin braids",), also=LONG),
    "twin drills": Style(-0.1, (0.45, 0.36), "points", 0.1, ("twin drills",), also=LONG),
    "wavy hair": Style(2.1, (0.49, 0.56), "wavy", 1.2, also=LONG),
    "curly hair": Style(0.8, (0.53, 0.54), "curly", None, boy=True, also=MEDIUM),
    "messy hair": Style(
        0.15,
        (0.49, 0.44),
        "spiky",
        0.05,
        ("ahoge",),
        boy=True,
        bangs=("choppy bangs", "hair between eyes", "swept bangs"),
        also=("short hair", "ahoge"),
    ),
    "spiky hair": Style(
        0.0,
        (0.47, 0.40),
        "spiky",
        None,
        ("spikes",),
        girl=False,
        boy=True,
        high=True,
        bangs=("choppy bangs", "hair between eyes"),
        also=SHORT,
    ),
    "pixie cut": Style(
        -0.25, (0.45, 0.36), "points", None, boy=True, bangs=("swept bangs", "asymmetrical bangs"), also=SHORT
    ),
    "bowl cut": Style(-0.1, (0.48, 0.44), "blunt", None, girl=False, boy=True, bangs=("blunt bangs",), also=SHORT),
    "hair bun": Style(-0.2, (0.44, 0.34), "points", 0.2, ("hair bun",), high=True),
    "double bun": Style(-0.2, (0.44, 0.34), "points", 0.3, ("double bun",), high=True),
    "half updo": Style(1.9, (0.46, 0.48), "points", 0.3, ("half updo",), also=LONG),
    "wolf cut": Style(1.15, (0.49, 0.42), "spiky", 0.5, boy=True, also=MEDIUM),
    "two side up": Style(2.0, (0.47, 0.48), "points", 0.4, ("two side up",), high=True, also=LONG),
}
