"""The field app asks for its words by name: each that it asks for is there, none is left over."""

from __future__ import annotations

import re
from pathlib import Path

import edge_node.pamor
from edge_node.pamor.texts import TEXTS

SCRIPTS = "\n".join(
    one.read_text()
    for one in sorted((Path(edge_node.pamor.__file__).parent / "static").glob("*.js"))
)
QUOTED = frozenset(re.findall(r'"([a-z_]+)"', SCRIPTS))


def test_every_text_that_a_script_asks_for_is_there() -> None:
    asked = frozenset(re.findall(r'\bt\(\s*"([a-z_]+)"', SCRIPTS))

    assert len(asked) > 40
    assert asked <= TEXTS.keys()


def test_no_text_is_left_over() -> None:
    assert TEXTS.keys() - QUOTED == set()


def test_a_script_fills_in_what_its_texts_have_places_for() -> None:
    for name, text in TEXTS.items():
        places = set(re.findall(r"%\((\w+)\)s", text))
        for given in re.findall(rf'\bt\(\s*"{name}",\s*\{{([^}}]*)\}}', SCRIPTS):
            assert set(re.findall(r"(\w+)(?=\s*[:,]|\s*$)", given)) >= places, name
