"""Named colours of garments, hair, eyes and skin."""

from __future__ import annotations

from training.dolls.ink import Colour

COLOURS: dict[str, Colour] = {  # clothes
    "white": (246, 246, 248),
    "grey": (156, 158, 166),
    "black": (52, 50, 60),
    "red": (206, 48, 52),
    "crimson": (142, 26, 50),
    "orange": (240, 138, 46),
    "yellow": (248, 208, 68),
    "cream": (250, 234, 198),
    "beige": (222, 194, 158),
    "brown": (128, 84, 58),
    "olive": (128, 130, 62),
    "lime": (164, 212, 70),
    "green": (56, 142, 82),
    "teal": (38, 142, 148),
    "aqua": (124, 212, 226),
    "blue": (58, 104, 206),
    "navy": (42, 54, 104),
    "purple": (122, 74, 168),
    "lavender": (194, 176, 232),
    "pink": (246, 158, 186),
}
HAIR_COLOURS: dict[str, Colour] = {
    "black": (62, 56, 70),
    "brown": (128, 82, 62),
    "blonde": (248, 214, 124),
    "orange": (232, 132, 66),
    "red": (190, 58, 58),
    "pink": (250, 170, 196),
    "purple": (142, 98, 182),
    "blue": (84, 126, 204),
    "aqua": (128, 212, 222),
    "green": (104, 172, 116),
    "silver": (204, 206, 220),
    "white": (244, 240, 244),
}
EYE_COLOURS: dict[str, Colour] = {
    "brown": (134, 82, 48),
    "red": (206, 52, 62),
    "yellow": (232, 178, 42),
    "green": (62, 158, 92),
    "aqua": (64, 186, 200),
    "blue": (56, 112, 214),
    "purple": (142, 82, 192),
    "pink": (234, 96, 150),
}
SKINS: dict[str, Colour] = {
    "pale skin": (255, 238, 228),
    "fair skin": (254, 226, 208),
    "light skin": (246, 208, 182),
    "tan skin": (224, 172, 134),
    "brown skin": (178, 122, 90),
    "dark skin": (124, 82, 64),
}
