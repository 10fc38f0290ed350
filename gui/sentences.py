"""What the program's core says, in the window's language.

The core knows no Qt: its errors and notices are English sentences with names and numbers filled in. Here each is found
again by its pattern, and said as Qt Linguist's files have it. What is about the inside of a model's file stays English.
"""

from __future__ import annotations

import re
from functools import cache

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

CONTEXT = "Sentences"
LIST = ", "

_NOTED: tuple[object, ...] = (  # PySide's stub gives what is noted for translation no type
    QT_TRANSLATE_NOOP("Sentences", "'{1}' is damaged or cut off: export, copy or download it again."),
    QT_TRANSLATE_NOOP("Sentences", "'{1}' is not a picture this program can read: use one of {2}."),
    QT_TRANSLATE_NOOP("Sentences", "'{1}' is too large{2}: scale it down to at most {3} million pixels."),
    QT_TRANSLATE_NOOP("Sentences", "'{1}' is too small ({2}): each side needs at least {3} pixels."),
    QT_TRANSLATE_NOOP("Sentences", "'{1}' is partly transparent: its transparency is kept."),
    QT_TRANSLATE_NOOP(
        "Sentences",
        "'{1}' is white all along its border: white is repainted, so invert it if black was meant.",
    ),
    QT_TRANSLATE_NOOP("Sentences", "'{1}' was turned upright, as its EXIF orientation asks."),
    QT_TRANSLATE_NOOP("Sentences", "'{1}' is {2}: its colours were converted to sRGB."),
    QT_TRANSLATE_NOOP("Sentences", "'{1}' has paint on a transparent ground: whatever is painted gets repainted."),
    QT_TRANSLATE_NOOP("Sentences", "'{1}' has colours this program cannot read: save it as an 8-bit RGB PNG."),
    QT_TRANSLATE_NOOP("Sentences", "'{1}' is a folder, not a picture: name a file in it."),
    QT_TRANSLATE_NOOP("Sentences", "'{1}' is no ordinary file: name a picture."),
    QT_TRANSLATE_NOOP("Sentences", "'{1}' is empty (0 bytes): export or copy it again."),
    QT_TRANSLATE_NOOP("Sentences", "'{1}' cannot be read ({2})."),
    QT_TRANSLATE_NOOP("Sentences", "'{1}' cannot be read: you lack the permission; change it or use a copy."),
    QT_TRANSLATE_NOOP("Sentences", "'{1}' holds {2} frames: the first is used."),
    QT_TRANSLATE_NOOP(
        "Sentences",
        "'{1}' carries no recipe: only a PNG made by ccnet, and not saved again by another program, has one.",
    ),
    QT_TRANSLATE_NOOP(
        "Sentences",
        "'{1}' was changed after ccnet made it, so its input is lost: use the file as ccnet saved it.",
    ),
    QT_TRANSLATE_NOOP(
        "Sentences",
        "The recipe in '{1}' has format {2} but this version reads at most format {3}: use the version "
        "of ccnet that made it.",
    ),
    QT_TRANSLATE_NOOP("Sentences", "The recipe in '{1}' is damaged: use the file as ccnet saved it."),
    QT_TRANSLATE_NOOP("Sentences", "'{1}' is damaged or no project ({2}): use a copy of it, or open a picture."),
    QT_TRANSLATE_NOOP("Sentences", "There is no file '{1}': check its name."),
    QT_TRANSLATE_NOOP(
        "Sentences",
        "'{1}' was saved by a newer version of this program (format {2}, this one reads {3}): open it "
        "with that version.",
    ),
    QT_TRANSLATE_NOOP("Sentences", "'{1}' is too small: each side needs at least {2} pixels."),
    QT_TRANSLATE_NOOP("Sentences", "'{1}' is cut off: what is left of it was opened; save it under another name."),
    QT_TRANSLATE_NOOP("Sentences", "'{1}' could not be saved because {2}."),
    QT_TRANSLATE_NOOP("Sentences", "'{1}' could not be exported because {2}."),
    QT_TRANSLATE_NOOP("Sentences", "'{1}' could not be written ({2}): make room or name another --out folder."),
    QT_TRANSLATE_NOOP("Sentences", "Unsaved work cannot be kept in '{1}' because {2}."),
    QT_TRANSLATE_NOOP("Sentences", "A PSD file holds at most {1} pixels a side: save a project instead."),
    QT_TRANSLATE_NOOP("Sentences", "A mask of {1} does not fit a picture of {2}."),
    QT_TRANSLATE_NOOP(
        "Sentences",
        "The picture was saved without a recipe: its topmost garment was not drawn for what lies beneath it now.",
    ),
    QT_TRANSLATE_NOOP("Sentences", 'It is not known how "{1}" was drawn.'),
    QT_TRANSLATE_NOOP("Sentences", "The picture is wholly transparent: there is nobody in it to dress."),
    QT_TRANSLATE_NOOP(
        "Sentences",
        "No character was found in the picture: paint a mask by hand, or use another parser.",
    ),
    QT_TRANSLATE_NOOP(
        "Sentences",
        "No character was found in the picture: paint the mask by hand, or choose another parser.",
    ),
    QT_TRANSLATE_NOOP(
        "Sentences",
        "No character was found in the picture: paint the mask by hand, or click on the character.",
    ),
    QT_TRANSLATE_NOOP(
        "Sentences",
        "{1} characters were found and the largest was taken: choose another by a point on it or by its "
        "number, 1 being the largest.",
    ),
    QT_TRANSLATE_NOOP("Sentences", "{1} characters were found; the largest is used."),
    QT_TRANSLATE_NOOP("Sentences", "No face was found: the room for the new outfit is a guess, look at the mask."),
    QT_TRANSLATE_NOOP("Sentences", "No clothes were found on the character; found: {1}. Paint the mask by hand."),
    QT_TRANSLATE_NOOP("Sentences", "No {1} found; found: {2}."),
    QT_TRANSLATE_NOOP("Sentences", 'No "{1}" was found; found: {2}.'),
    QT_TRANSLATE_NOOP("Sentences", 'No "{1}" was found{2}: use another word, or click on it instead.'),
    QT_TRANSLATE_NOOP("Sentences", 'No "{1}" was found on this character: choose another one, or other words.'),
    QT_TRANSLATE_NOOP("Sentences", "No outerwear found over the dress: give the dress a new look instead."),
    QT_TRANSLATE_NOOP("Sentences", "No outerwear found; found: {1}."),
    QT_TRANSLATE_NOOP("Sentences", "No slots are chosen: choose from {1}."),
    QT_TRANSLATE_NOOP(
        "Sentences",
        "Nothing is left of the mask: protect less of the picture, or point at something else.",
    ),
    QT_TRANSLATE_NOOP("Sentences", "Nothing is left to repaint: everything that the mask would cover is protected."),
    QT_TRANSLATE_NOOP("Sentences", "Only {1} can be removed: give the {2} a new look instead."),
    QT_TRANSLATE_NOOP(
        "Sentences",
        "Only accessories and outer garments can be removed ({1}), not the {2}: name the outfit to put on instead.",
    ),
    QT_TRANSLATE_NOOP("Sentences", "Name what is to be removed, one or more of: {1}."),
    QT_TRANSLATE_NOOP(
        "Sentences",
        "What was pointed at is the {1}, which cannot be removed: name the outfit to put on instead.",
    ),
    QT_TRANSLATE_NOOP("Sentences", "The point {1}, {2} lies outside the picture, which is {3} x {4} pixels."),
    QT_TRANSLATE_NOOP(
        "Sentences",
        "The point {1}, {2} lies outside the picture, which is {3} x {4} pixels: click inside it.",
    ),
    QT_TRANSLATE_NOOP("Sentences", "The picture is transparent at {1}, {2}: click on a garment."),
    QT_TRANSLATE_NOOP("Sentences", "There is only background at {1}, {2}: point at a character."),
    QT_TRANSLATE_NOOP("Sentences", "There is no character {1} in the picture: {2}."),
    QT_TRANSLATE_NOOP("Sentences", "The box is {1} x {2} pixels: draw one around a garment."),
    QT_TRANSLATE_NOOP("Sentences", "The box lies outside the picture, which is {1} x {2} pixels: draw one inside it."),
    QT_TRANSLATE_NOOP("Sentences", "Nothing was found {1}: click on the middle of a garment, or draw a box around it."),
    QT_TRANSLATE_NOOP("Sentences", "Nothing was {1}: click on a garment, or draw a box around it."),
    QT_TRANSLATE_NOOP("Sentences", "That is the background: click on a garment, or draw a box around it."),
    QT_TRANSLATE_NOOP("Sentences", "The rough mask is empty: paint over the garment first, or click on it."),
    QT_TRANSLATE_NOOP("Sentences", 'There are no words to look for: name what is to be found, such as "ribbon".'),
    QT_TRANSLATE_NOOP("Sentences", "{1} words are too many to look for at once: use fewer."),
    QT_TRANSLATE_NOOP("Sentences", "The mask is empty: paint over the outfit first."),
    QT_TRANSLATE_NOOP("Sentences", "The mask covers the whole picture: leave out what must stay as it is."),
    QT_TRANSLATE_NOOP("Sentences", "The old garment shows beside the mask ({1} pixels): grow the mask by {2}."),
    QT_TRANSLATE_NOOP("Sentences", ", "),
    QT_TRANSLATE_NOOP("Sentences", "1 pixel"),
    QT_TRANSLATE_NOOP("Sentences", "{1} pixels"),
    QT_TRANSLATE_NOOP(
        "Sentences",
        "Seed {1}: {2} of what was drawn has the old garment's colours: try another seed, or grow the mask.",
    ),
    QT_TRANSLATE_NOOP("Sentences", "This result was withheld because {1}: try another seed or other words."),
    QT_TRANSLATE_NOOP("Sentences", "There was not enough memory to draw at about {1}: this was drawn at about {2}."),
    QT_TRANSLATE_NOOP(
        "Sentences",
        "There is not enough memory to draw at about {1}: use a smaller resolution, draw fewer images at"
        " once, or close other programs.",
    ),
    QT_TRANSLATE_NOOP(
        "Sentences",
        "There is not enough memory to {1}: close other programs, use a smaller resolution or model, or "
        "let the model lie in the machine's memory (offload).",
    ),
    QT_TRANSLATE_NOOP("Sentences", "There is not enough memory."),
    QT_TRANSLATE_NOOP("Sentences", "Something went wrong in the engine, {1} ({2}): the log tells more."),
    QT_TRANSLATE_NOOP("Sentences", "The engine was lost twice during {1}, it {2}: {3}; else look into its log."),
    QT_TRANSLATE_NOOP("Sentences", "The engine cannot be started (exit code {1}): look into its log."),
    QT_TRANSLATE_NOOP("Sentences", "The engine cannot be started ({1}): restart the program or the machine."),
    QT_TRANSLATE_NOOP("Sentences", "The engine {1}. It is started again."),
    QT_TRANSLATE_NOOP("Sentences", 'There is no LoRA called "{1}": take its tag out of the prompt.'),
    QT_TRANSLATE_NOOP(
        "Sentences",
        'The tag "{1}" cannot be read: write it as <lora:name:0.8>, with a point in the number.',
    ),
    QT_TRANSLATE_NOOP(
        "Sentences",
        "The LoRA {1} is asked for in the negative prompt: put its tag into the prompt, with a scale "
        "below 0 to turn it round.",
    ),
    QT_TRANSLATE_NOOP("Sentences", "A strength of {1} leaves none of {2} steps to run: raise one."),
    QT_TRANSLATE_NOOP("Sentences", "The seed is too large for {1} images: at most {2} in all."),
    QT_TRANSLATE_NOOP("Sentences", "{1} must be a number from {2} to {3}, not {4}."),
    QT_TRANSLATE_NOOP("Sentences", "{1} must be a whole number from {2} to {3}, not {4}."),
    QT_TRANSLATE_NOOP("Sentences", 'The embedding "{1}" was left out ({2}).'),
    QT_TRANSLATE_NOOP("Sentences", 'The model "{1}" has no ControlNet: its folder lacks controlnet/.'),
    QT_TRANSLATE_NOOP(
        "Sentences",
        "The model's numbers grew past what they are computed in, so that there is no picture: use it in"
        " bfloat16 or float32 instead of float16.",
    ),
    QT_TRANSLATE_NOOP(
        "Sentences",
        "No inpainting ControlNet for {1} is among your models, so that what is drawn hardly knows what "
        "surrounds it: get {2} in the models window.",
    ),
    QT_TRANSLATE_NOOP("Sentences", 'A fast mode is for models of SD1.5 and SDXL, not for "{1}": use fewer steps.'),
    QT_TRANSLATE_NOOP("Sentences", 'The fast mode "{1}" needs the LoRA {2}: ccnet models download {3}.'),
    QT_TRANSLATE_NOOP("Sentences", "OpenPose is licensed by Carnegie Mellon University for non-commercial use only."),
    QT_TRANSLATE_NOOP("Sentences", "No pose was found in the picture: use another control, such as lineart or canny."),
    QT_TRANSLATE_NOOP(
        "Sentences",
        "No regions were found in the picture: use another control, such as lineart or canny.",
    ),
    QT_TRANSLATE_NOOP("Sentences", "This is no card of the wardrobe."),
    QT_TRANSLATE_NOOP("Sentences", "This card was made by a newer version of the program: update it to use the card."),
    QT_TRANSLATE_NOOP("Sentences", "{1} is no card of the wardrobe, only a picture."),
    QT_TRANSLATE_NOOP("Sentences", "This card is damaged: what it says of the outfit cannot be read."),
    QT_TRANSLATE_NOOP("Sentences", "{1} cannot be read as a card: {2}."),
    QT_TRANSLATE_NOOP("Sentences", "{1} cannot be read as a card: it is no whole PNG."),
    QT_TRANSLATE_NOOP("Sentences", "{1} is a damaged card: what it says of the outfit cannot be read."),
    QT_TRANSLATE_NOOP("Sentences", "{1} is too large for a card."),
    QT_TRANSLATE_NOOP("Sentences", "{1} holds no tags: its rows must be tag, category, count, aliases."),
    QT_TRANSLATE_NOOP("Sentences", "{1} is too large for a table of tags: choose a smaller one."),
    QT_TRANSLATE_NOOP("Sentences", "{1} is no table of tags: it must be a CSV file in UTF-8."),
    QT_TRANSLATE_NOOP("Sentences", "There is no model {1}: check the path."),
    QT_TRANSLATE_NOOP("Sentences", 'There is no model "{1}": none was imported or downloaded yet.'),
    QT_TRANSLATE_NOOP("Sentences", "There is no file or folder {1}: check the path."),
    QT_TRANSLATE_NOOP("Sentences", 'There is already a model "{1}": remove it first, or give another name.'),
    QT_TRANSLATE_NOOP("Sentences", '"{1}" is the name of a known model: give another one.'),
    QT_TRANSLATE_NOOP("Sentences", "{1} leaves no name for a model: give one with letters or digits."),
    QT_TRANSLATE_NOOP("Sentences", "{1} is no model that CC_ControlNet knows: it works with SD1.5 and SDXL."),
    QT_TRANSLATE_NOOP("Sentences", "{1} is {2}; CC_ControlNet works with SD1.5 and SDXL."),
    QT_TRANSLATE_NOOP("Sentences", "{1} is neither a file nor a folder: it cannot be imported."),
    QT_TRANSLATE_NOOP(
        "Sentences",
        "{1} is no folder in diffusers' layout, it has no model_index.json: name one that is, or a file.",
    ),
    QT_TRANSLATE_NOOP("Sentences", "{1} describes no Stable Diffusion model, it has no unet/: name the folder of one."),
    QT_TRANSLATE_NOOP("Sentences", "{1} holds no weights: get the model again."),
    QT_TRANSLATE_NOOP("Sentences", "{1} holds no tensors: get it again."),
    QT_TRANSLATE_NOOP("Sentences", "{1} is empty: get it again."),
    QT_TRANSLATE_NOOP("Sentences", "{1} is truncated: get it again."),
    QT_TRANSLATE_NOOP("Sentences", "{1} is truncated or damaged: get it again."),
    QT_TRANSLATE_NOOP("Sentences", "{1} is truncated, {2} of its {3} bytes are there: get it again."),
    QT_TRANSLATE_NOOP("Sentences", "{1} is damaged, {2} bytes follow its end: get it again."),
    QT_TRANSLATE_NOOP("Sentences", "{1} is damaged, its header makes no sense: get it again."),
    QT_TRANSLATE_NOOP("Sentences", "{1} is no safetensors file: get it again."),
    QT_TRANSLATE_NOOP("Sentences", "{1} is a pickle that was renamed: get the real safetensors file."),
    QT_TRANSLATE_NOOP("Sentences", "{1} is a Git LFS pointer, not the weights: run `git lfs pull`."),
    QT_TRANSLATE_NOOP(
        "Sentences",
        "{1} is a GGUF file, quantised for another program: get the model as a safetensors file.",
    ),
    QT_TRANSLATE_NOOP(
        "Sentences",
        "{1} is a pickle that asks for {2}, which can run any code: get the model as a safetensors file.",
    ),
    QT_TRANSLATE_NOOP(
        "Sentences",
        "{1} is a pickle that cannot be opened safely: get the model as a safetensors file.",
    ),
    QT_TRANSLATE_NOOP("Sentences", "{1} is a TorchScript program, not weights: get the model as a safetensors file."),
    QT_TRANSLATE_NOOP("Sentences", "{1} cannot be read: {2}."),
    QT_TRANSLATE_NOOP("Sentences", "{1} changed while it was copied: wait until it is finished and import it again."),
    QT_TRANSLATE_NOOP("Sentences", "{1} was pruned, it has no VAE of its own: name one with --vae."),
    QT_TRANSLATE_NOOP("Sentences", "{1} was pruned, it lacks its {2}: get the whole checkpoint."),
    QT_TRANSLATE_NOOP("Sentences", "The model {1} is missing: get the model again or name another one."),
    QT_TRANSLATE_NOOP("Sentences", "The model's folder {1} is missing: get the model again or name another one."),
    QT_TRANSLATE_NOOP("Sentences", "{1} cannot be loaded, its files are damaged: get the model again."),
    QT_TRANSLATE_NOOP("Sentences", "{1} cannot be loaded: config and weights do not fit ({2})."),
    QT_TRANSLATE_NOOP("Sentences", "{1} of the model {2} is gone: {3} the model again."),
    QT_TRANSLATE_NOOP("Sentences", "{1} of the model {2} is damaged, it is not what was filed: {3} the model again."),
    QT_TRANSLATE_NOOP(
        "Sentences",
        "There is no room for {1} in {2}: free some, or set CCNET_HOME to a folder on another disk.",
    ),
    QT_TRANSLATE_NOOP(
        "Sentences",
        "There is no room for {1} in {2}: free some, or set HF_HOME to a folder on another disk.",
    ),
    QT_TRANSLATE_NOOP(
        "Sentences",
        "{1} may not be read or written: change its permissions, or set CCNET_HOME to a folder of yours.",
    ),
    QT_TRANSLATE_NOOP("Sentences", "{1} may not be written: change its permissions, or set HF_HOME."),
    QT_TRANSLATE_NOOP("Sentences", "{1} disappeared while it was needed: check the disk and try again."),
    QT_TRANSLATE_NOOP(
        "Sentences",
        "{1} is given only to those who agreed to its licence: accept it at {2}, log in with `hf auth "
        "login`, and download {3} again.",
    ),
    QT_TRANSLATE_NOOP("Sentences", "Downloads are switched off by HF_HUB_OFFLINE: unset it to download {1}."),
    QT_TRANSLATE_NOOP("Sentences", "The hub has no {1}, or does not show it to you: see whether {2} is there."),
    QT_TRANSLATE_NOOP("Sentences", "The hub's {1} no longer has the version of {2} that was asked for: see {3}."),
    QT_TRANSLATE_NOOP("Sentences", "The hub's {1} no longer holds all files of {2}: see {3}."),
    QT_TRANSLATE_NOOP(
        "Sentences",
        "The hub does not let you have {1}: log in anew with `hf auth login`, and see at {2} whether it "
        "is open to you.",
    ),
    QT_TRANSLATE_NOOP("Sentences", "The hub wants fewer requests just now: wait some minutes, and download {1} again."),
    QT_TRANSLATE_NOOP("Sentences", "The hub answered with error {1}: try again later, what came so far is kept."),
    QT_TRANSLATE_NOOP(
        "Sentences",
        "The hub does not answer: check the network and download {1} again, what came so far is kept.",
    ),
    QT_TRANSLATE_NOOP("Sentences", "The hub cannot be reached: check the network, and download {1} again."),
    QT_TRANSLATE_NOOP(
        "Sentences",
        "The connection keeps breaking: download {1} again later, what came so far is kept.",
    ),
    QT_TRANSLATE_NOOP("Sentences", "{1} cannot be downloaded to {2}: {3}."),
    QT_TRANSLATE_NOOP(
        "Sentences",
        "{1} does not answer as a hub does: check the network, its proxy, and HF_ENDPOINT if it is set.",
    ),
    QT_TRANSLATE_NOOP("Sentences", "{1} of {2} arrived damaged and was deleted: download {3} again."),
    QT_TRANSLATE_NOOP(
        "Sentences",
        "{1} of {2} is not the file this program knows under that name: it is not used, look at {3} for "
        "what has changed.",
    ),
    QT_TRANSLATE_NOOP("Sentences", "Another program is downloading {1} of {2} just now: wait for it, and try again."),
    QT_TRANSLATE_NOOP("Sentences", "{1} cannot be deleted: {2}."),
    QT_TRANSLATE_NOOP("Sentences", "Nothing was downloaded: the licences were not accepted."),
    QT_TRANSLATE_NOOP("Sentences", "{1} is there."),
    QT_TRANSLATE_NOOP("Sentences", "marked as wanted"),
    QT_TRANSLATE_NOOP("Sentences", "clicked"),
    QT_TRANSLATE_NOOP("Sentences", "at {1}, {2}"),
    QT_TRANSLATE_NOOP("Sentences", "there"),
    QT_TRANSLATE_NOOP("Sentences", "nothing"),
    QT_TRANSLATE_NOOP("Sentences", "no clothes"),
    QT_TRANSLATE_NOOP("Sentences", "; found: {1}"),
    QT_TRANSLATE_NOOP("Sentences", "there is one"),
    QT_TRANSLATE_NOOP("Sentences", "there are {1}, 1 being the largest"),
    QT_TRANSLATE_NOOP("Sentences", "draw this"),
    QT_TRANSLATE_NOOP("Sentences", "do this"),
    QT_TRANSLATE_NOOP("Sentences", "this job"),
    QT_TRANSLATE_NOOP("Sentences", "loading this model"),
    QT_TRANSLATE_NOOP("Sentences", "stopped with exit code {1}"),
    QT_TRANSLATE_NOOP("Sentences", "was stopped by {1}"),
    QT_TRANSLATE_NOOP(
        "Sentences",
        "if the machine's memory was full, use a smaller resolution or model or close other programs",
    ),
    QT_TRANSLATE_NOOP("Sentences", "there is no room left: free some, or save on another disk"),
    QT_TRANSLATE_NOOP("Sentences", "writing there is not allowed: choose another folder"),
    QT_TRANSLATE_NOOP("Sentences", "the folder does not exist: choose another"),
    QT_TRANSLATE_NOOP("Sentences", "{1}: try again, or choose another folder"),
    QT_TRANSLATE_NOOP("Sentences", "no space left on device"),
    QT_TRANSLATE_NOOP("Sentences", "permission denied"),
    QT_TRANSLATE_NOOP("Sentences", "no such file or directory"),
    QT_TRANSLATE_NOOP("Sentences", "download"),
    QT_TRANSLATE_NOOP("Sentences", "import"),
    QT_TRANSLATE_NOOP("Sentences", "top"),
    QT_TRANSLATE_NOOP("Sentences", "bottom"),
    QT_TRANSLATE_NOOP("Sentences", "dress"),
    QT_TRANSLATE_NOOP("Sentences", "outerwear"),
    QT_TRANSLATE_NOOP("Sentences", "legwear"),
    QT_TRANSLATE_NOOP("Sentences", "shoes"),
    QT_TRANSLATE_NOOP("Sentences", "headwear"),
    QT_TRANSLATE_NOOP("Sentences", "neckwear"),
    QT_TRANSLATE_NOOP("Sentences", "gloves"),
)

PATTERNS = tuple(map(str, _NOTED))
"""{1}, {2}, ...: names and numbers, or words of the core's, which are looked up by themselves, one by one in a list.
What is in quotation marks is the user's own."""


def translated(text: str) -> str:
    """A sentence of the core in the language in use; as it is when nothing is known of it."""
    for pattern, pieces in _pieces():
        parts = _between(text, pieces)
        if parts is not None:
            return _filled(pattern, parts)
    return text


def _filled(pattern: str, parts: list[str]) -> str:
    """The pattern in the language in use, with what stood between its pieces."""

    def part(place: re.Match[str]) -> str:
        said = parts[int(place[1]) - 1]
        own = f"'{place[0]}'" in pattern or f'"{place[0]}"' in pattern
        return said if own else _part(said)

    return re.sub(r"\{(\d)\}", part, QCoreApplication.translate(CONTEXT, pattern))


def _part(text: str) -> str:
    said = translated(text)
    if said != text:
        return said
    return QCoreApplication.translate(CONTEXT, LIST).join(map(translated, text.split(LIST)))


def _between(text: str, pieces: list[str]) -> list[str] | None:
    """What stands between these pieces of a text, or None when it does not consist of them, in this order."""
    if len(pieces) == 1:
        return [] if text == pieces[0] else None
    first, *middle, last = pieces
    if not text.startswith(first) or not text.endswith(last) or len(text) < len(first) + len(last):
        return None
    parts, rest = [], text[len(first) : len(text) - len(last)]
    for piece in middle:
        part, found, rest = rest.partition(piece)
        if not found:
            return None
        parts.append(part)
    return [*parts, rest]


@cache
def _pieces() -> list[tuple[str, list[str]]]:
    """Patterns without what is filled in. Those that say the most come first: `{1} is there.` ends many a sentence."""
    found = [(pattern, re.split(r"\{\d\}", pattern)) for pattern in PATTERNS]
    return sorted(found, key=lambda each: sum(map(len, each[1])), reverse=True)
