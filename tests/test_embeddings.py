from __future__ import annotations

from collections.abc import Mapping

import pytest
import torch
from torch import Tensor

from ccnet.embeddings import SD15, SDXL, Embedding, insert, read_embedding


def vectors(count: int, width: int, seed: int = 0) -> Tensor:
    return torch.randn(count, width, generator=torch.Generator().manual_seed(seed))


def sd15(name: str, count: int = 2) -> Embedding:
    return Embedding(name, {"clip_l": vectors(count, 768, len(name))})


def parts(text: str, *names: str) -> list[str]:
    """The text as it is split, with «name» for an embedding's vectors."""
    known = [sd15(name) for name in names]
    named = {id(embedding.vectors["clip_l"]): f"«{embedding.name}»" for embedding in known}
    found = insert(text, known, "clip_l", SD15)
    return [part for part in (part if isinstance(part, str) else named[id(part)] for part in found) if part]


class TestFiles:
    @pytest.mark.parametrize(
        "others", [{}, {"string_to_token.*": torch.tensor(265)}, {"step": torch.tensor(500), "offset": vectors(1, 768)}]
    )
    def test_a1111s(self, others: dict[str, Tensor]) -> None:
        made = vectors(3, 768)
        found = read_embedding({"string_to_param.*": made, **others}, "frills")
        assert found.name == "frills"
        assert found.family == "sd15"
        assert torch.equal(found.vectors["clip_l"], made)

    @pytest.mark.parametrize("key", ["*", "emb_params", "<frills>", "string_to_param"])
    @pytest.mark.parametrize("one", [False, True])
    def test_one_tensor_by_any_name(self, key: str, one: bool) -> None:
        made = vectors(1, 768).half()
        found = read_embedding({key: made[0] if one else made}, "frills")
        assert torch.equal(found.vectors["clip_l"], made)
        assert found.vectors["clip_l"].dtype == torch.float16

    def test_sdxls(self) -> None:
        made = {"clip_g": vectors(4, 1280), "clip_l": vectors(4, 768)}
        found = read_embedding(made, "frills")
        assert found.family == "sdxl"
        assert found.widths == SDXL
        assert all(torch.equal(found.vectors[part], made[part]) for part in made)

    @pytest.mark.parametrize(
        ("tensors", "complaint"),
        [
            ({"emb_params": vectors(2, 1024)}, "was made for Stable Diffusion 2"),
            ({"clip_g": vectors(2, 1280)}, "half of one for SDXL"),
            ({"emb_params": vectors(2, 640)}, "vectors 640 wide"),
            ({"clip_l": vectors(2, 1280), "clip_g": vectors(2, 768)}, "vectors 1280 and 768 wide"),
            ({"clip_l": vectors(2, 768), "clip_g": vectors(3, 1280)}, "more vectors for one"),
            ({"emb_params": vectors(2, 768).int()}, "does not hold vectors"),
            ({"emb_params": torch.zeros(0, 768)}, "does not hold vectors"),
            ({"emb_params": torch.zeros(1, 1, 768)}, "does not hold vectors"),
            ({"emb_params": torch.tensor(1.0)}, "does not hold vectors"),
            ({"emb_params": torch.full((1, 768), torch.nan)}, "not finite"),
            ({}, "holds 0 tensors"),
            ({"string_to_param.a": vectors(1, 768), "string_to_param.b": vectors(1, 768)}, "holds 2 tensors"),
            ({"conv_in.weight": vectors(1, 768), "conv_in.bias": vectors(1, 768)}, "holds 2 tensors"),
        ],
    )
    def test_anything_else_is_refused_by_name(self, tensors: Mapping[str, Tensor], complaint: str) -> None:
        with pytest.raises(ValueError, match=complaint) as caught:
            read_embedding(tensors, "frills")
        assert '"frills"' in str(caught.value)

    def test_a_name_is_needed(self) -> None:
        with pytest.raises(ValueError, match="needs a name"):
            read_embedding({"emb_params": vectors(1, 768)}, " ")


class TestNames:
    @pytest.mark.parametrize(
        ("text", "names", "expected"),
        [
            ("red frills, hat", ["frills"], ["red ", "«frills»", ", hat"]),
            ("Frills FRILLS", ["frills"], ["«frills»", " ", "«frills»"]),
            ("frillsy xfrills frills_2 the-frills frills-5", ["frills"], None),
            ("EasyNegative", ["easynegative"], ["«easynegative»"]),
            ("bad-hands-5.", ["bad-hands-5"], ["«bad-hands-5»", "."]),
            ("ng_deepnegative_v1_75t", ["ng", "ng_deepnegative_v1_75t"], ["«ng_deepnegative_v1_75t»"]),
            ("a big  bow\ntie", ["bow", "big bow tie", "big bow"], ["a ", "«big bow tie»"]),
            ("big bow, bow", ["bow", "big bow"], ["«big bow»", ", ", "«bow»"]),
            ("a<cat-toy>b", ["<cat-toy>"], ["a", "«<cat-toy>»", "b"]),
            ("v1.5 (x) v105 (x)", ["v1.5 (x)"], ["«v1.5 (x)»", " v105 (x)"]),
            ("レース、飾り", ["レース"], ["«レース»", "、飾り"]),
            ("nothing here", [], None),
            ("", ["frills"], []),
        ],
    )
    def test_they_are_found_where_they_are_words_of_their_own(
        self, text: str, names: list[str], expected: list[str] | None
    ) -> None:
        assert parts(text, *names) == ([text] if expected is None else expected)

    @pytest.mark.parametrize("family", ["sd15", "sdxl"])
    def test_each_text_encoder_gets_its_own(self, family: str) -> None:
        widths = SD15 if family == "sd15" else SDXL
        made = Embedding("frills", {part: vectors(2, width) for part, width in widths.items()})
        for part in widths:
            found = [found for found in insert("frills", [made], part, widths) if isinstance(found, Tensor)]
            assert len(found) == 1
            assert torch.equal(found[0], made.vectors[part])

    def test_one_of_another_family_is_refused_once_it_is_named(self) -> None:
        assert list(insert("red hat", [sd15("frills")], "clip_l", SDXL)) == ["red hat"]
        with pytest.raises(ValueError, match='"frills" has vectors 768 wide but this model reads 768 and 1280'):
            list(insert("red frills", [sd15("frills")], "clip_l", SDXL))
