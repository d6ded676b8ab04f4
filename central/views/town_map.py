"""The chart of the town: each kecamatan a block, each kelurahan a tile with its state.

Not a map: where a kelurahan lies is not known here, so its tile's place says nothing. State is a
symbol and a word before it is a colour.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from central.views.texts import gettext
from central.workflows.town import Town
from registration.regions import all_kelurahan
from registration.texts import N_

_ACROSS = 3
TILE_WIDTH, TILE_HEIGHT, GAP = 42, 44, 4
SYMBOLS = {"act": "▲", "good": "●", "wait": "○", "none": "·"}
LABELS = {
    "act": N_("perlu dilihat"),
    "good": N_("terhubung"),
    "wait": N_("diam lebih dari 15 menit"),
    "none": N_("belum punya server"),
}


@dataclass(frozen=True, slots=True)
class Tile:
    """One kelurahan; sizes in px of the drawing."""

    x: int
    y: int
    state: str
    symbol: str
    abbr: str
    words: str
    url: str


@dataclass(frozen=True, slots=True)
class Block:
    """One kecamatan."""

    name: str
    tiles: Sequence[Tile]
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Meaning:
    """One line of the legend."""

    state: str
    symbol: str
    label: str
    count: int


def _state(stream: str, town: Town) -> tuple[str, str]:
    """(state, replica in hex of the server that it is about)."""
    live = town.live(stream)
    if not live:
        return "none", ""
    troubled = [one for one in live if town.alerts.get(one.replica)]
    if troubled:
        return "act", troubled[0].replica.hex()
    return "wait" if town.lines.silent(live[0]) else "good", live[0].replica.hex()


def chart(town: Town) -> tuple[list[Block], list[Meaning]]:
    """All kelurahan by kecamatan, and what the tiles mean."""
    counts: Counter[str] = Counter()
    districts: dict[str, list[Tile]] = {}
    for one in all_kelurahan():
        state, replica = _state(one.code, town)
        counts[state] += 1
        tiles = districts.setdefault(one.kecamatan, [])
        across, down = len(tiles) % _ACROSS, len(tiles) // _ACROSS
        tiles.append(
            Tile(
                across * (TILE_WIDTH + GAP) + GAP // 2,
                down * (TILE_HEIGHT + GAP) + GAP // 2,
                state,
                SYMBOLS[state],
                one.abbr,
                f"{one.name}: {gettext(LABELS[state])}",
                url_for("servers.page", name=replica) if replica else "",
            )
        )
    blocks = [
        Block(
            name,
            tiles,
            _ACROSS * (TILE_WIDTH + GAP),
            -(-len(tiles) // _ACROSS) * (TILE_HEIGHT + GAP),
        )
        for name, tiles in districts.items()
    ]
    return blocks, [Meaning(s, SYMBOLS[s], gettext(LABELS[s]), counts[s]) for s in SYMBOLS]
