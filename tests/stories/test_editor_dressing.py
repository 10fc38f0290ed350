"""Somebody who has never heard of a mask opens the editor and swaps an outfit; then by hand, garment by garment."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import numpy as np
import pytest
import storyengine
from artist import Artist
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from truthparser import doll

from ccnet.masks import Mask
from gui.filing import samples
from gui.jobs import JobRole

OUTFIT = ("topwear", "bottomwear", "legwear", "footwear", "neckwear")


@pytest.fixture(scope="module")
def artist(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Artist]:
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("home")
        patch.setenv("CCNET_HOME", str(home))
        artist = Artist(home, storyengine.COMMAND)
        yield artist
        artist.leave()


def test_first_minute(artist: Artist) -> None:
    artist.fresh()
    panel = artist.window.panels.outfit
    assert panel.bar.dress.isVisible()
    assert not panel.bar.dress.isEnabled()
    assert len(artist.chips()) == 3
    artist.press(artist.chips()[0])
    assert panel.bar.dress.isEnabled()
    assert artist.document.outfit.prompt
    artist.dress()  # nothing is masked: the clothes are found first
    assert artist.document.mask.any()
    artist.wait_for_candidates()
    assert "0 pixels changed" in panel.badge.promise.label.text()
    assert panel.badge.isVisible()
    candidate = artist.candidates[0]
    assert artist.window.panels.candidates.current() is candidate  # tried on by itself
    artist.do("keep")
    assert len(artist.document.layers) == 1
    before, after = artist.document.original, artist.document.composite()
    changed = (before != after).any(-1)
    assert changed.any()
    assert not changed[candidate.layer[..., 3] == 0].any()
    assert changed[doll(4).where("eyes", "mouth")].mean() < 0.02
    artist.do("undo")
    assert np.array_equal(artist.document.composite(), before)


def test_a_mask_by_hand(artist: Artist) -> None:
    artist.fresh(prompt="red dress")
    document, canvas = artist.document, artist.window.canvas
    canvas.settings.size = 40
    artist.stroke((128, 120), (128, 160))
    once = document.mask.copy()
    assert once[140, 128] == 255
    assert not once[20, 20]
    artist.stroke((128, 120), (128, 160), modifiers=Qt.KeyboardModifier.ControlModifier)
    assert document.mask[140, 128] == 0
    artist.do("undo")
    assert np.array_equal(document.mask, once)
    artist.key(Qt.Key.Key_R)
    assert canvas.tool.name == "rectangle"
    artist.stroke((90, 110), (170, 200))
    assert document.mask[115, 95] == 255
    artist.do("grow")
    assert (document.mask > 0).sum() > (once > 0).sum()
    artist.do("invert")
    assert document.mask[20, 20] == 255
    artist.do("invert")
    artist.dress()
    artist.wait_for_candidates()
    layer = artist.candidates[0].layer
    far = Mask(document.mask).grow(40).alpha == 0
    assert not layer[far].any()
    artist.do("clear")
    assert not document.mask.any()


def test_the_mask_is_mended_after_a_look_at_a_candidate(artist: Artist) -> None:
    artist.fresh(prompt="red dress", candidates=1)
    strip, canvas = artist.window.panels.candidates, artist.window.canvas
    artist.do("find")
    artist.until(lambda: artist.window.finding.slots)
    chip = next(iter(canvas.chips.buttons.values()))
    artist.document.set_mask(whole_outfit(), "mask")
    artist.dress()
    artist.wait_for_candidates(1)
    assert strip.current() is artist.candidates[0]
    assert chip.isHidden()  # it would lie over the candidate
    artist.stroke((20, 20), (30, 30))
    assert strip.current() is None  # or what is painted would not be seen
    assert chip.isVisible()
    artist.do("next")
    assert strip.current() is artist.candidates[0]
    artist.do("find")
    assert strip.current() is None
    artist.do("next")
    artist.dress()
    assert strip.current() is None  # the next one is waited for
    artist.until(lambda: strip.current() is not None)
    assert len(artist.candidates) == 2  # nothing that was drawn is lost
    assert strip.current() is artist.candidates[1]


def test_find_clothes(artist: Artist) -> None:
    artist.fresh()
    artist.do("find")
    artist.until(lambda: artist.window.finding.slots)
    buttons = artist.window.canvas.chips.buttons
    assert len(buttons) >= 3
    assert not artist.document.mask.any()
    scene = doll(4)
    assert (artist.document.protection[scene.where("face")] > 127).mean() > 0.9
    slot = next(iter(buttons))
    artist.press(buttons[slot])
    artist.until(lambda: artist.document.mask.any())
    assert artist.window.finding.chosen == (slot,)
    artist.until(lambda: buttons[slot].isChecked())
    assert not (artist.document.mask[scene.where("face")] > 127).any()
    hand = artist.document.mask.copy()
    artist.stroke((20, 20), (30, 30))  # what is painted beside it stays
    artist.press(buttons[slot])
    artist.until(lambda: not artist.window.finding.chosen)
    assert artist.document.mask[25, 25] > 0
    assert (artist.document.mask > 0).sum() < (hand > 0).sum()
    artist.do("clear")
    artist.do("mask outfit")
    artist.until(lambda: artist.document.mask.any())
    assert (artist.document.mask[scene.where(*OUTFIT)] > 0).mean() > 0.95


def test_a_mask_that_is_all_protected_is_said(artist: Artist) -> None:
    artist.fresh(prompt="red dress")
    everywhere = np.full_like(artist.document.mask, 255)
    artist.document.set_protection(everywhere, "all")
    artist.stroke((128, 120), (128, 160))
    painted = artist.document.mask.copy()
    artist.press(artist.window.panels.outfit.bar.dress)
    artist.until(lambda: "protected" in artist.window.notices.sentence, 10)
    assert not artist.window.jobs.unfinished
    assert np.array_equal(artist.document.mask, painted)  # nothing else is masked instead


def test_shape_handles(artist: Artist) -> None:
    artist.fresh(prompt="dress")
    artist.do("mask outfit")
    artist.until(lambda: artist.document.mask.any())
    before = (artist.document.mask > 0).sum()
    artist.key(Qt.Key.Key_T)
    handles = artist.window.canvas.tool.handles  # pyright: ignore[reportAttributeAccessIssue]
    assert handles is not None
    hem = handles.places()["hem"]
    artist.stroke(hem, (hem[0], handles.hem_heights()["thigh"]))
    assert artist.document.outfit.hem == "thigh"
    artist.until(lambda: (artist.document.mask > 0).sum() < before)  # there is no room for a long one any more


def test_smart_click(artist: Artist) -> None:
    artist.fresh()
    scene = doll(4)
    artist.key(Qt.Key.Key_S)
    assert artist.window.canvas.tool.name == "smart click"
    rows, columns = np.nonzero(scene.where("topwear"))
    middle = len(rows) // 2
    artist.click(columns[middle], rows[middle])
    artist.until(lambda: artist.document.mask.any())
    top = artist.document.mask > 0
    assert (top & scene.where("topwear")).sum() / top.sum() > 0.9
    rows, columns = np.nonzero(scene.where("footwear"))
    artist.click(columns[0] + 1, rows[0] + 1, Qt.KeyboardModifier.ShiftModifier)
    artist.until(lambda: (artist.document.mask > 0).sum() > top.sum())
    artist.click(columns[0] + 1, rows[0] + 1, Qt.KeyboardModifier.AltModifier)
    artist.until(lambda: (artist.document.mask > 0).sum() <= top.sum())


def test_recolour(artist: Artist) -> None:
    artist.fresh()
    panel = artist.window.panels.outfit
    artist.press(panel._intents["recolour"])
    assert artist.document.outfit.intent == "recolour"
    assert artist.document.outfit.strength < 1
    panel.prompt.setPlainText("green skirt")
    artist.do("mask outfit")
    artist.until(lambda: artist.document.mask.any())
    artist.dress()
    artist.wait_for_candidates()
    assert artist.candidates[0].request.intent == "recolour"
    assert artist.candidates[0].request.garment.prompt == "green skirt"


def test_queue_and_cancel(artist: Artist) -> None:
    artist.fresh(prompt="blue dress", num_inference_steps=40, candidates=1)
    artist.document.set_mask(whole_outfit(), "mask")
    first = artist.dress()
    artist.until(lambda: artist.window.dressing.running == first)
    second, third = artist.dress(), artist.dress()
    jobs, queue = artist.window.jobs, artist.window.panels.queue
    assert [jobs.index(row).data(JobRole.ID) for row in range(3)] == [first, second, third]
    queue.view.setCurrentIndex(jobs.index(2))
    queue.move_selected(-1)
    assert [jobs.index(row).data(JobRole.ID) for row in range(3)] == [first, third, second]
    assert artist.window.panels.outfit.bar.cancel.isVisible()
    artist.press(artist.window.panels.outfit.bar.cancel)
    artist.until(lambda: artist.window.dressing.running == third)  # the next one begins
    jobs.remove(second)
    artist.key(Qt.Key.Key_Escape)
    artist.until(lambda: not jobs.unfinished)
    assert not artist.candidates
    assert not artist.window.panels.outfit.bar.cancel.isVisible()


def test_compare_and_accept(artist: Artist) -> None:
    artist.fresh(prompt="white shirt, black skirt", candidates=3)
    artist.document.set_mask(whole_outfit(), "mask")
    artist.dress()
    artist.wait_for_candidates(3)
    strip, window = artist.window.panels.candidates, artist.window
    seeds = [candidate.seed for candidate in artist.candidates]
    assert seeds == [seeds[0], seeds[0] + 1, seeds[0] + 2]
    artist.do("next")
    assert strip.current() is artist.candidates[1]
    artist.do("previous")
    assert strip.current() is artist.candidates[0]
    area = strip.view.visualRect(strip.model.index(2))
    QTest.mouseMove(strip.view.viewport(), area.center())
    artist.until(lambda: strip.current() is artist.candidates[2])  # hovering tries it on
    QTest.mouseClick(strip.view.viewport(), Qt.MouseButton.LeftButton, pos=area.center())
    assert [layer.name for layer in artist.document.layers] == ["white shirt, black skirt"]
    kept = artist.document.composite()
    assert np.array_equal(kept, artist.candidates[2].image)
    window.panels.candidates.kept.emit(artist.candidates[1])  # another of the same takes its place
    assert len(artist.document.layers) == 1
    assert np.array_equal(artist.document.composite(), artist.candidates[1].image)
    for mode in ("slider", "side", "off"):
        artist.key(Qt.Key.Key_C)
        assert window.compare.mode == mode
    QTest.keyPress(window.canvas, Qt.Key.Key_O)
    assert window.compare.holding
    QTest.keyRelease(window.canvas, Qt.Key.Key_O)
    assert not window.compare.holding


def test_keeping_one_cancels_the_others_of_its_wish(artist: Artist) -> None:
    artist.fresh(prompt="red coat", candidates=1)
    artist.document.set_mask(whole_outfit(), "mask")
    artist.dress()
    again = artist.dress()
    artist.until(lambda: artist.candidates)
    artist.do("keep")
    artist.until(lambda: not artist.window.jobs.unfinished)
    assert len(artist.candidates) <= 2
    assert artist.window.jobs.find(again) is None or len(artist.candidates) == 2


def test_the_engine_is_killed_while_it_draws(artist: Artist) -> None:
    artist.fresh(prompt="green kimono", num_inference_steps=6, candidates=1, seed=5, seed_locked=True)
    artist.document.set_mask(whole_outfit(), "mask")
    artist.dress()
    artist.wait_for_candidates(1)
    undisturbed = artist.candidates[0].image
    artist.window.panels.candidates.clear()
    steps: list[int] = []
    connection = artist.window.dressing.advanced.connect(lambda id, step, total, image: steps.append(step))
    artist.dress()
    artist.until(lambda: any(steps))
    pid = artist.window.bridge.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    artist.until(lambda: artist.window.bridge.pid not in (None, pid))
    artist.stroke((20, 20), (40, 40))  # the window lives
    artist.wait_for_candidates(1)
    artist.window.dressing.disconnect(connection)
    assert np.array_equal(artist.candidates[0].image, undisturbed)
    assert artist.document.mask[30, 30] > 0


def whole_outfit() -> Mask:
    return Mask(doll(4).where(*OUTFIT).astype(np.uint8) * 255).grow(4)


def test_a_sample_is_looked_at(artist: Artist) -> None:
    """With the networks that come with the program."""
    artist.fresh()
    assert artist.window.filing.open(samples()[0])
    artist.do("find")
    artist.until(lambda: artist.window.finding.slots)
    assert {"legwear", "footwear"} <= set(artist.window.finding.slots)
    assert artist.window.finding.tell_again() is None
    artist.key(Qt.Key.Key_S)
    artist.click(265, 360)  # the skirt
    artist.until(lambda: artist.document.mask.any())
    assert artist.document.mask[360, 265] > 127
    assert not artist.document.mask[20, 20]
    artist.document.mark_saved()


def test_the_first_picture_is_a_sample() -> None:
    assert [file.name for file in samples()] == ["mimi.png", "ren.png", "sera.png"]
