"""WCAG 2.2 contrast of the colour tokens, computed from the style sheet itself."""

from __future__ import annotations

import re

import pytest

from web.app import STATIC

CSS = (STATIC / "loket.css").read_text()

TEXT = [
    ("ink", "paper"),
    ("ink", "ground"),
    ("muted", "paper"),
    ("muted", "ground"),
    ("accent", "paper"),
    ("accent", "ground"),
    ("accent-strong", "paper"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-stop", "stop"),
    ("stop", "paper"),
    ("stop", "ground"),
    ("wait", "paper"),
    ("wait", "ground"),
    ("good", "paper"),
    ("good", "ground"),
    *((name, f"{name}-soft") for name in ("accent", "good", "wait", "stop")),
    *(("ink", f"{name}-soft") for name in ("accent", "good", "wait", "stop")),
    *(("muted", f"{name}-soft") for name in ("accent", "good", "wait", "stop")),
]
SHAPES = [("edge", "paper"), ("edge", "ground"), ("focus", "paper"), ("focus", "ground")]


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", block))


LIGHT = tokens(CSS[CSS.index(":root") : CSS.index("@media")])
DARK = tokens(CSS[CSS.index("prefers-color-scheme: dark") : CSS.index("/* Ground */")])


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_knows_black_on_white() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_both_schemes_define_the_same_colours() -> None:
    assert set(LIGHT) == set(DARK)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back"), TEXT)
def test_text_can_be_read(scheme: dict[str, str], front: str, back: str) -> None:
    assert contrast(scheme[front], scheme[back]) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back"), SHAPES)
def test_borders_and_focus_can_be_seen(scheme: dict[str, str], front: str, back: str) -> None:
    assert contrast(scheme[front], scheme[back]) >= 3


def test_colours_are_used_by_their_names_only() -> None:
    after_tokens = CSS[CSS.index("/* Ground */") :]

    # White under a QR code is no matter of taste: scanners need it.
    assert set(re.findall(r"#[0-9a-f]{3,8}\b", after_tokens)) <= {"#fff"}
