from __future__ import annotations

import itertools
import random
import subprocess
import sys
import time

import pytest

from ccnet.prompt_syntax import HEAVIEST, LoraTag, Piece, Prompt, parse


def pieces(text: str) -> list[tuple[str, float]]:
    """Of a text without BREAK, the weights rounded."""
    (group,) = parse(text).groups
    return [(piece.text, round(piece.weight, 4)) for piece in group]


def words(text: str) -> list[str]:
    """The text of every group without its weights."""
    return ["".join(piece.text for piece in group) for group in parse(text).groups]


PLAIN = (
    "1girl, red sailor uniform, white pleated skirt",
    "  spaces,\tlines\nand all ",
    "smile :d, ;), :3, :o, :p, xd, >_<, ^_^, ^^^, +_+, =_=, @_@, |_|, o_o, 0_0, u_u, x3, >:), <o>_<o>, ._.",
    r"\o/, \m/, \||/, \n",
    "time 12:30, ratio 16:9:1, <3, <b>skirt</b>, <lora>, <lora, a > b < c, <hypernet:old:1>",
    "BREAKFAST, BREAK_DANCE, break, Break, daybreak",
    "セーラー服、白い靴下 🎀",
    "a) b] c:1.2) d",
    "$%&!?*'\"#~`{}=;",
)


class TestPlainText:
    @pytest.mark.parametrize("text", PLAIN)
    def test_it_is_one_piece_of_weight_one_unchanged(self, text: str) -> None:
        assert parse(text) == Prompt(((Piece(text, 1.0),),))

    def test_nothing_is_one_empty_group(self) -> None:
        assert parse("") == Prompt(((),))
        assert parse("()") == Prompt(((),))

    def test_a_face_in_brackets_is_no_number(self) -> None:
        assert pieces("cat, (:3), (:3:1.2)") == [("cat, ", 1), (":3", 1.1), (", ", 1), (":3", 1.2)]


class TestWeights:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("(a)", [("a", 1.1)]),
            ("((a))", [("a", 1.21)]),
            ("[a]", [("a", 0.9091)]),
            ("[[a]]", [("a", 0.8264)]),
            ("([a])", [("a", 1)]),
            ("(a:1.2)", [("a", 1.2)]),
            ("(a:.5)(b:2.)", [("a", 0.5), ("b", 2)]),
            ("(a: 1.2 )", [("a", 1.2)]),
            ("(a:+2)", [("a", 2)]),
            ("(a:-0.5)", [("a", -0.5)]),
            ("(a:0)", [("a", 0)]),
            ("(a:1)", [("a", 1)]),
            ("((a:1.5))", [("a", 1.65)]),
            ("((a:1.5) b:2)", [("a", 3), (" b", 2)]),
            ("a (b, [c:d] e:1.3) f", [("a ", 1), ("b, ", 1.3), ("c:d", 1.1818), (" e", 1.3), (" f", 1)]),
            ("(a:b:1.2)", [("a:b", 1.2)]),
            ("(12:30:1.2)", [("12:30", 1.2)]),
            ("a(b)c(d)e", [("a", 1), ("b", 1.1), ("c", 1), ("d", 1.1), ("e", 1)]),
            ("(a)(b)", [("ab", 1.1)]),
            ("(a [b) c]", [("a ", 1.1), ("b", 1), (" c", 0.9091)]),
        ],
    )
    def test_brackets_weigh_what_they_hold(self, text: str, expected: list[tuple[str, float]]) -> None:
        assert pieces(text) == expected

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("a (b, c", [("a ", 1), ("b, c", 1.1)]),
            ("a ((b) c", [("a ", 1), ("b", 1.21), (" c", 1.1)]),
            ("a [b", [("a ", 1), ("b", 0.9091)]),
            ("(a:1.2 b", [("a:1.2 b", 1.1)]),
            ("(a) b) c", [("a", 1.1), (" b) c", 1)]),
            ("[a:1.2)", [("a:1.2)", 0.9091)]),
            ("(a:1.2]", [("a:1.2]", 1.1)]),
        ],
    )
    def test_unbalanced_brackets_are_read_as_a1111_reads_them(
        self, text: str, expected: list[tuple[str, float]]
    ) -> None:
        assert pieces(text) == expected

    @pytest.mark.parametrize("number", ["", "1,2", "1.2.3", "x", "1e3", "--1", "nan", "٣"])
    def test_what_is_no_number_is_text(self, number: str) -> None:
        assert pieces(f"(a:{number})") == [(f"a:{number}", 1.1)]

    @pytest.mark.parametrize(
        ("text", "weight"),
        [
            ("(a:1000)", HEAVIEST),
            ("(a:-1000)", -HEAVIEST),
            (f"(a:{'9' * 400})", HEAVIEST),
            (f"(((a:{'9' * 400})))", HEAVIEST),
            (f"((a:0):{'9' * 400})", 0),
            ("(" * 2000 + "a", HEAVIEST),
            ("[" * 20000 + "a", 0),
        ],
    )
    def test_no_weight_is_beyond_ten(self, text: str, weight: float) -> None:
        assert pieces(text) == [("a", weight)]


class TestEscapes:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            (r"saber \(fate\)", "saber (fate)"),
            (r"\[x\]", "[x]"),
            (r"a\\b", r"a\b"),
            (r"a\:1.2\)", r"a\:1.2)"),
            (r"tail \ ", "tail \\ "),
            ("ends in \\", "ends in \\"),
        ],
    )
    def test_an_escaped_bracket_is_text(self, text: str, expected: str) -> None:
        assert pieces(text) == [(expected, 1)]

    def test_escaped_brackets_can_be_weighted(self) -> None:
        assert pieces(r"(saber \(fate\):1.2), x") == [("saber (fate)", 1.2), (", x", 1)]
        assert pieces(r"(\(\):1.2)") == [("()", 1.2)]

    def test_an_escaped_backslash_escapes_no_more(self) -> None:
        assert pieces(r"\\(a)") == [("\\", 1), ("a", 1.1)]


class TestBreak:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("a BREAK b", ["a", "b"]),
            ("a, BREAK\nb BREAK c", ["a,", "b", "c"]),
            ("a BREAK, b", ["a", ", b"]),
            ("a BREAK BREAK b", ["a", "", "b"]),
            ("BREAK a", ["", "a"]),
            ("a BREAK", ["a"]),
            ("a BREAK <lora:x:1> ", ["a"]),
            ("BREAK", [""]),
        ],
    )
    def test_it_separates_groups(self, text: str, expected: list[str]) -> None:
        assert words(text) == expected

    def test_brackets_reach_over_it(self) -> None:
        assert parse("(a BREAK b:1.5) c").groups == (
            (Piece("a", 1.5),),
            (Piece("b", 1.5), Piece(" c", 1.0)),
        )


class TestLoraTags:
    @pytest.mark.parametrize(
        ("tag", "expected"),
        [
            ("<lora:frills>", LoraTag("frills", 1, 1)),
            ("<lora:frills:0.8>", LoraTag("frills", 0.8, 0.8)),
            ("<lora:frills:0.8:0.5>", LoraTag("frills", unet_scale=0.5, text_scale=0.8)),
            ("<lora:frills:te=0.8:unet=0.5>", LoraTag("frills", unet_scale=0.5, text_scale=0.8)),
            ("<lora:frills:unet=0.5:0.8>", LoraTag("frills", unet_scale=0.5, text_scale=0.8)),
            ("<lora:frills:unet=0.5>", LoraTag("frills", unet_scale=0.5, text_scale=1)),
            ("<lora: My LoRA_v1.2-x (final) : -1 >", LoraTag("My LoRA_v1.2-x (final)", -1, -1)),
            ("<lyco:frills:.5>", LoraTag("frills", 0.5, 0.5)),
            ("<LORA:セーラー:1>", LoraTag("セーラー", 1, 1)),
        ],
    )
    def test_they_are_read_and_taken_out(self, tag: str, expected: LoraTag) -> None:
        prompt = parse(f"red {tag}hat")
        assert prompt == Prompt(((Piece("red hat"),),), (expected,))
        prompt.check()

    def test_their_order_and_number_are_kept(self) -> None:
        prompt = parse("(<lora:b:1> red:1.2) <lora:a:0.5> BREAK <lora:b:0.1>")
        assert [(lora.name, lora.unet_scale) for lora in prompt.loras] == [("b", 1), ("a", 0.5), ("b", 0.1)]

    @pytest.mark.parametrize(
        "tag",
        [
            "<lora:>",
            "<lora::1>",
            "<lora:x:>",
            "<lora:x:0,8>",
            "<lora:x:strong>",
            "<lora:x:nan>",
            "<lora:x:inf>",
            f"<lora:x:{'9' * 400}>",
            "<lora:x:1:1:8>",
            "<lora:x:1:lbw=OUTD>",
            "<lora:x:1=1>",
        ],
    )
    def test_one_that_cannot_be_followed_is_neither_drawn_nor_forgotten(self, tag: str) -> None:
        prompt = parse(f"red {tag}hat")
        assert prompt == Prompt(((Piece("red hat"),),), unreadable=(tag,))
        with pytest.raises(ValueError, match="cannot be read") as caught:
            prompt.check()
        assert tag in str(caught.value)


class TestAnyText:
    SCRAPS = (
        *"()[]\\:<>,| \n",
        "a",
        "long hair",
        "BREAK",
        "1.2",
        ":1.3)",
        ":3",
        "-",
        "9" * 30,
        "<lora:",
        "lora:x:0.5>",
        "<lora:x:1>",
        "é",
        "\x00",
        "\ud800",
        "🎀",
    )

    def test_no_bracket_soup_is_refused_and_no_word_lost(self) -> None:
        dice = random.Random(0)
        for _ in range(3000):
            text = "".join(dice.choices(self.SCRAPS, k=dice.randrange(30)))
            prompt = parse(text)
            assert prompt.groups
            for group in prompt.groups:
                assert all(piece.text for piece in group)
                assert all(-HEAVIEST <= piece.weight <= HEAVIEST for piece in group)
                assert all(one.weight != other.weight for one, other in itertools.pairwise(group))
            kept = "".join("".join(piece.text for piece in group) for group in prompt.groups)
            tags = "".join((*prompt.unreadable, *(lora.name for lora in prompt.loras)))
            assert text.count("long hair") == kept.count("long hair") + tags.count("long hair")

    def test_escaping_everything_gives_the_text_back(self) -> None:
        dice = random.Random(1)
        for _ in range(500):
            text = "".join(dice.choices("()[]\\:a ", k=dice.randrange(20)))
            escaped = "".join(f"\\{letter}" if letter in "()[]\\" else letter for letter in text)
            assert "".join(words(escaped)) == text

    @pytest.mark.parametrize(
        "text", ["(" * 30000, "(a" * 10000, "[(" * 10000, ":1" * 10000, ":" + "1" * 30000, " " * 30000, "<lora:" * 5000]
    )
    def test_a_huge_one_takes_no_time(self, text: str) -> None:
        started = time.process_time()
        parse(text)
        assert time.process_time() - started < 2


def test_it_needs_no_torch() -> None:
    code = "import sys, ccnet.prompt_syntax; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
