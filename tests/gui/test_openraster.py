"""Projects: exactly back again, readable by others, and never a stack trace for a file from somewhere else."""

from __future__ import annotations

import dataclasses
import errno
import json
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import openrasterfile
import pytest
from PIL import Image
from projects import PROFILE, assert_same, noise, state

from gui.layers import GarmentLayer
from gui.openraster import PngCache, ProjectError, load, save
from gui.pngs import encode
from gui.state import DocumentState


def entries(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(path: Path, content: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return path


def foreign(path: Path, stack: str, **pngs: np.ndarray) -> Path:
    content = {"mimetype": b"image/openraster", "stack.xml": stack.encode()}
    return pack(path, content | {f"data/{name}.png": encode(pixels) for name, pixels in pngs.items()})


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "hero.ora"
    save(state(), path)
    return path


@pytest.mark.parametrize("transparent", [False, True])
def test_everything_comes_back_exactly(tmp_path: Path, transparent: bool) -> None:
    made = state(transparent=transparent)
    path = tmp_path / "英雄.ora"
    save(made, path)
    project = load(path)
    assert_same(project.state, made)
    assert (project.notices, project.complete) == ((), True)
    assert os.listdir(tmp_path) == [path.name]


def test_saving_again_writes_the_same_bytes_also_from_the_cache(tmp_path: Path) -> None:
    made, cache = state(), PngCache()
    for name in ("a.ora", "b.ora"):
        save(made, tmp_path / name, cache=cache)
    assert entries(tmp_path / "a.ora") == entries(tmp_path / "b.ora")
    changed = dataclasses.replace(made, layers=made.layers[1:], mask=np.zeros_like(made.mask))
    save(changed, tmp_path / "c.ora", cache=cache)
    assert_same(load(tmp_path / "c.ora").state, changed)
    found = openrasterfile.read(tmp_path / "c.ora")
    np.testing.assert_array_equal(np.asarray(found.merged), np.asarray(changed.render()))


def test_a_picture_that_nothing_was_done_to_is_a_project_too(tmp_path: Path) -> None:
    made = DocumentState.of(state().picture)
    save(made, tmp_path / "a.ora")
    assert_same(load(tmp_path / "a.ora").state, made)


@pytest.mark.parametrize("transparent", [False, True])
def test_another_program_sees_the_same_picture_and_layers(tmp_path: Path, transparent: bool) -> None:
    made = state(transparent=transparent)
    save(made, tmp_path / "a.ora")
    found = openrasterfile.read(tmp_path / "a.ora")
    assert found.size == made.picture.rgb.size
    names = [layer.name for layer in found.layers]
    assert names == ["Original", "red dress <lora:lace:0.5>", "裙子 <&\"'  skirt", "hidden"]
    np.testing.assert_array_equal(np.asarray(found.merged), np.asarray(made.render()))
    assert found.merged.info["icc_profile"] == found.layers[0].image.info["icc_profile"] == PROFILE
    assert [layer.visible for layer in found.layers] == [True, True, True, False]
    assert [layer.opacity for layer in found.layers] == [1, 1, 0.3, 1]
    for mine, theirs in zip(made.layers, found.layers[1:], strict=True):
        assert (theirs.x, theirs.y) == (mine.x, mine.y)
        expected = Image.fromarray(mine.rgba)
        if made.picture.alpha is not None:
            piece = dataclasses.replace(made.picture, alpha=made.picture.alpha.crop(mine.bounds.box))
            expected = piece.finish_layer(expected)
        np.testing.assert_array_equal(np.asarray(theirs.image), np.asarray(expected))
    if not transparent:
        difference = np.asarray(found.flattened().convert("RGB")).astype(int) - np.asarray(found.merged)
        assert abs(difference).max() <= 1  # two ways of rounding


@pytest.mark.parametrize("share", [0.5, 0.6, 0.8, 0.95, 0.999])
def test_a_file_that_is_cut_off_opens_as_far_as_it_goes(saved: Path, share: float) -> None:
    data = saved.read_bytes()
    saved.write_bytes(data[: int(len(data) * share)])
    project = load(saved)
    assert not project.complete
    assert "cut off" in project.notices[0]
    whole = state()
    assert project.state.picture.rgb.tobytes() == whole.picture.rgb.tobytes()
    assert project.state.outfit.prompt == whole.outfit.prompt
    np.testing.assert_array_equal(project.state.mask, whole.mask)


@pytest.mark.parametrize("share", [0.0, 0.001, 0.1])
def test_a_file_that_is_cut_off_before_its_picture_is_refused_in_words(saved: Path, share: float) -> None:
    data = saved.read_bytes()
    saved.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(ProjectError, match="damaged") as refused:
        load(saved)
    assert str(saved) in str(refused.value)


@pytest.mark.parametrize(
    "name",
    [
        "mimetype",
        "stack.xml",
        "mergedimage.png",
        "Thumbnails/thumbnail.png",
        "ccnet/document.json",
        "ccnet/mask.png",
        "ccnet/protection.png",
        "data/original.png",
        "ccnet/reference.png",
        "ccnet/control-0.png",
        "ccnet/source/my-hero.tiff",
    ],
)
def test_what_is_missing_or_damaged_is_left_out_and_told(saved: Path, tmp_path: Path, name: str) -> None:
    content = entries(saved)
    assert name in content
    for number, damaged in enumerate((None, b"", content[name][: len(content[name]) // 2])):
        rest = {key: value for key, value in content.items() if key != name}
        project = load(pack(tmp_path / f"{number}.ora", rest if damaged is None else rest | {name: damaged}))
        needed = name.startswith(("ccnet/", "data/")) and not (name.startswith("ccnet/source") and damaged is not None)
        assert bool(project.notices) == (not project.complete) == needed
        assert project.state.picture.rgb.size == (150, 120)


def test_a_missing_garment_is_left_out_and_told(saved: Path, tmp_path: Path) -> None:
    content = entries(saved)
    layer = json.loads(content["ccnet/document.json"])["layers"][1]
    del content[layer["src"]]
    project = load(pack(tmp_path / "a.ora", content))
    assert [each.name for each in project.state.layers] == ["red dress <lora:lace:0.5>", "hidden"]
    assert "skirt" in project.notices[0]


def change(**values: object) -> Callable[[dict], None]:
    return lambda document: document.update(values)


@pytest.mark.parametrize(
    "hostile",
    [
        change(format="x"),
        change(format=None, needs=[]),
        change(size=[10**9, 10**9], layers=7, made={}, outfit=[], pictures=3, mask=5, protection={}),
        change(layers=[None, 3, "x", {}, {"id": "../../x"}]),
        change(outfit={"prompt": 5, "steps": "many", "controls": [{"name": 3}], "loras": [1], "seed": -1}),
        change(picture={"src": "../../../etc/passwd"}),
        change(picture={"src": "/etc/passwd"}),
        change(picture=None),
        change(made=[{"when": 3}, None, {"when": "a", "prompt": "b", "seed": 1, "model": "c", "layer": "d"}]),
        change(picture={"src": "data/original.png", "source": {"name": "..\\..\\evil.exe", "src": "mimetype"}}),
        lambda document: document["layers"][0].update(x=-(10**12)),
        lambda document: document["layers"][0].update(opacity="NaN"),
        lambda document: document["layers"][0].update(src="ccnet/mask.png"),
        lambda document: document["layers"][1].update(document["layers"][0]),
    ],
)
def test_hostile_values_are_left_out(saved: Path, tmp_path: Path, hostile: Callable[[dict], None]) -> None:
    content = entries(saved)
    document = json.loads(content["ccnet/document.json"])
    hostile(document)
    content["ccnet/document.json"] = json.dumps(document).encode()
    project = load(pack(tmp_path / "a.ora", content))
    assert project.state.picture.rgb.size == (150, 120)
    assert project.state.source is None or project.state.source.name in ("my hero.tiff", "evil.exe")
    for layer in project.state.layers:
        assert layer.bounds.clamp(150, 120) == layer.bounds


def test_a_newer_version_opens_with_a_notice_or_is_refused_in_words(saved: Path, tmp_path: Path) -> None:
    content = entries(saved)
    document = json.loads(content["ccnet/document.json"]) | {"format": 2, "wardrobe": {"a": 1}}
    document["outfit"]["sparkle"] = 3
    project = load(pack(tmp_path / "a.ora", content | {"ccnet/document.json": json.dumps(document).encode()}))
    assert not project.complete
    assert "newer version" in project.notices[0]
    assert "sparkle" in project.notices[1]
    assert project.state.outfit.prompt == state().outfit.prompt
    document["needs"] = 2
    with pytest.raises(ProjectError, match="newer version"):
        load(pack(tmp_path / "a.ora", content | {"ccnet/document.json": json.dumps(document).encode()}))


def test_another_programs_file_opens_as_one_picture(saved: Path, tmp_path: Path) -> None:
    kept = ("mimetype", "stack.xml", "mergedimage.png", "data/")  # what is left when Krita has saved it
    content = {name: data for name, data in entries(saved).items() if name.startswith(kept)}
    project = load(pack(tmp_path / "a.ora", content))
    assert not project.complete
    assert "another program" in project.notices[0]
    np.testing.assert_array_equal(np.asarray(project.state.picture.rgb), np.asarray(state().render()))


def test_layers_without_a_merged_picture_are_flattened_here(tmp_path: Path) -> None:
    stack = """<?xml version='1.0' encoding='UTF-8'?>
    <image w="100" h="80"><stack>
      <layer src="data/gone.png" x="0" y="0"/>
      <stack opacity="0.5"><layer src="data/top.png" x="-10" y="70" opacity="0.5"/></stack>
      <stack visibility="hidden"><layer src="data/hidden.png"/></stack>
      <layer src="data/ground.png" name="Background" x="0" y="0"/>
    </stack></image>"""
    ground, top = np.full((80, 100, 3), 40, np.uint8), np.full((20, 20, 4), 255, np.uint8)
    path = foreign(tmp_path / "a.ora", stack, ground=ground, top=top, hidden=noise(1, 80, 100, 3))
    shown = np.asarray(load(path).state.picture.rgb)
    assert shown[0, 0].tolist() == [40, 40, 40]
    assert abs(shown[75, 5].astype(int) - (40 + 215 / 4)).max() <= 1
    assert shown[75, 10].tolist() == [40, 40, 40]


@pytest.mark.parametrize(
    ("stack", "words"),
    [
        ("<image w='90' h='90'><stack/></image>", "neither a picture nor layers"),
        ("<image w='100000000' h='90'><stack/></image>", "too large"),
        ("<image w='-3' h='90'><stack/></image>", "too large"),
        ("<image/>", "list of layers"),
        ("<image", "list of layers"),
        ("", "list of layers"),
        ("<!DOCTYPE x [<!ENTITY a 'aaaa'>]><image w='9' h='9'><stack>&a;</stack></image>", "list of layers"),
        (
            "<image w='9' h='9'><stack><layer src='data/ground.png' x='q' opacity='w'/></stack></image>",
            "is too small",
        ),
        ("<image w='90' h='90'><stack><layer src='../../etc/passwd'/></stack></image>", "neither a picture"),
        ("<image w='90' h='90'>" + "<stack>" * 5000 + "</stack>" * 5000 + "</image>", "neither a picture"),
    ],
)
def test_lists_of_layers_that_cannot_be_are_refused_in_words(tmp_path: Path, stack: str, words: str) -> None:
    path = foreign(tmp_path / "a.ora", stack, ground=noise(1, 9, 9, 3))
    with pytest.raises(ProjectError, match=words) as refused:
        load(path)
    assert str(path) in str(refused.value)


def test_what_is_no_project_is_refused_in_words(tmp_path: Path) -> None:
    for data in (b"", b"PK", b"PK\x03\x04" + bytes(100), b"\x89PNG\r\n", os.urandom(3000)):
        path = tmp_path / "a.ora"
        path.write_bytes(data)
        with pytest.raises(ProjectError, match="damaged or no project"):
            load(path)
    with pytest.raises(ProjectError, match="There is no file"):
        load(tmp_path / "b.ora")
    with pytest.raises(ProjectError, match="cannot be read"):
        load(tmp_path)
    with pytest.raises(ProjectError, match="no project"):
        load(pack(tmp_path / "c.ora", {"word/document.xml": b"<a/>"}))


def test_bombs_are_refused_before_they_unfold(saved: Path, tmp_path: Path) -> None:
    content = entries(saved)
    bomb = bytes(100_000_000)
    project = load(pack(tmp_path / "a.ora", content | {"ccnet/mask.png": bomb}))
    assert "mask" in project.notices[0]
    header = b"IHDR" + struct.pack(">II", 40_000, 40_000) + b"\x08\0\0\0\0"
    png = encode(noise(1, 9, 9))
    wide = png[:12] + header + struct.pack(">I", zlib.crc32(header)) + png[12 + len(header) + 4 :]
    project = load(pack(tmp_path / "b.ora", content | {"ccnet/mask.png": wide}))
    assert "mask" in project.notices[0]
    with pytest.raises(ProjectError, match="entries"):
        load(pack(tmp_path / "c.ora", {f"data/{i}": b"" for i in range(5000)}))
    with pytest.raises(ProjectError, match="too large"):
        load(pack(tmp_path / "d.ora", {"stack.xml": bytes(10_000_000)}))


def test_nothing_is_unpacked_to_disk(saved: Path, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "er"
    folder.mkdir(parents=True)
    load(pack(folder / "a.ora", entries(saved) | {"../../evil.txt": b"x", "/evil.txt": b"x"}))
    assert sorted(each.name for each in tmp_path.rglob("*")) == ["a.ora", "deep", "er", "hero.ora"]


def test_when_there_is_no_room_the_old_file_stays(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = saved.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ProjectError, match="no room left"):
        save(DocumentState.of(state().picture), saved)
    assert saved.read_bytes() == before
    assert os.listdir(saved.parent) == [saved.name]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="folder does not exist"):
        save(DocumentState.of(state().picture), tmp_path / "none" / "a.ora")


def test_a_link_stays_a_link(saved: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.ora"
    link.symlink_to(saved)
    made = DocumentState.of(state().picture)
    save(made, link)
    assert link.is_symlink()
    assert_same(load(saved).state, made)


def test_strange_layer_ids_cannot_escape(tmp_path: Path) -> None:
    made = state()
    layers = tuple(GarmentLayer("x", noise(i, 9, 9, 4), id=name) for i, name in enumerate(("a/../b", "..", "a b")))
    save(dataclasses.replace(made, layers=layers), tmp_path / "a.ora")
    assert all(".." not in name for name in entries(tmp_path / "a.ora"))
