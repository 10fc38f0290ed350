"""The wardrobe cards that come with the program: outfits of the dolls, worn by one of the sample characters.

python -m training.cards                writes assets/wardrobe
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

from ccnet import cards
from ccnet.cards import Card
from training.dolls.doll import Doll
from training.dolls.outfit import Item, Outfit
from training.samples import MIMI, REN

SIZE = 512
WIDTH, HEIGHT = 288, 384
"""Of a thumbnail, in pixels."""

WARDROBE: dict[str, Outfit] = {
    "Maid": Outfit(
        dress=Item("maid dress", "black"), legwear=Item("thighhighs", "white"), footwear=Item("mary janes", "black")
    ),
    "School uniform": Outfit(
        top=Item("sailor uniform", "white", "two-tone", "navy"),
        bottom=Item("pleated skirt", "navy"),
        legwear=Item("kneehighs", "black"),
        footwear=Item("loafers", "brown"),
    ),
    "Hoodie and shorts": Outfit(
        top=Item("hoodie", "yellow"),
        bottom=Item("shorts", "blue"),
        legwear=Item("socks", "white"),
        footwear=Item("sneakers", "red"),
    ),
    "Kimono": Outfit(
        dress=Item("kimono", "crimson"), legwear=Item("socks", "white"), footwear=Item("sandals", "brown")
    ),
    "Gothic dress": Outfit(
        dress=Item("gothic dress", "black"), legwear=Item("pantyhose", "purple"), footwear=Item("boots", "black")
    ),
    "China dress": Outfit(dress=Item("china dress", "red"), footwear=Item("mary janes", "black")),
    "Ball gown": Outfit(dress=Item("ball gown", "aqua"), gloves=Item("long gloves", "white")),
    "Autumn coat": Outfit(
        top=Item("turtleneck", "cream"),
        bottom=Item("pleated skirt", "brown", "checked", "beige"),
        outerwear=Item("coat", "olive"),
        legwear=Item("pantyhose", "black"),
        footwear=Item("knee boots", "brown"),
    ),
    "Officer": Outfit(
        top=Item("military jacket", "navy"), bottom=Item("trousers", "white"), footwear=Item("knee boots", "black")
    ),
    "Wizard": Outfit(
        dress=Item("robe", "purple"), outerwear=Item("hooded cloak", "navy"), footwear=Item("boots", "brown")
    ),
    "Summer dress": Outfit(dress=Item("sundress", "yellow", "dotted", "white"), footwear=Item("sandals", "beige")),
    "Track suit": Outfit(
        top=Item("track jacket", "red", "two-tone", "white"),
        bottom=Item("trousers", "red"),
        footwear=Item("sneakers", "white"),
    ),
}
WORN_BY = {"Officer": REN, "Track suit": REN, "Wizard": REN}


def thumbnail(doll: Doll) -> Image.Image:
    """RGB, the doll from head to foot."""
    image = Image.fromarray(doll.render(SIZE).image)
    width = image.height * WIDTH // HEIGHT
    left = (image.width - width) // 2
    return image.crop((left, 0, left + width, image.height)).resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def write_cards(folder: Path = cards.SHIPPED) -> list[Path]:
    """Writes every card; returns where."""
    written = []
    for name, outfit in WARDROBE.items():
        doll = WORN_BY.get(name, MIMI).doll.wearing(outfit)
        card = Card(name, thumbnail(doll), prompt=", ".join(outfit.tags))
        written.append(cards.write(card, folder / f"{name.lower().replace(' ', '-')}.png"))
    return written


def main() -> int:
    for file in write_cards():
        print(file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
