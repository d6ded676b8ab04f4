"""`make bench`: every figure beside its limit, in one run. `python -m tests.bench commit sync …`
runs some of them."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path

import structlog

from tests.bench import (
    central_pages_bench,
    centre_bench,
    costs_bench,
    edge_bench,
    link_bench,
    pages_bench,
    portal_bench,
    sync_bench,
    view_bench,
)
from tests.bench.harness import Figures

PARTS: dict[str, Callable[[Figures], None]] = {
    "commit": edge_bench.commit_ratio,
    "edge": lambda figures: edge_bench.with_the_line_cut(figures, 10_000),
    "pages": pages_bench.pages,
    "portal": lambda figures: portal_bench.portal_load(figures),
    "views": view_bench.first_views,
    "ack": lambda figures: sync_bench.throughput(figures, 2_000),
    "sync": lambda figures: sync_bench.throughput(figures, 20_000),
    "growth": sync_bench.growth,
    "link": link_bench.goodput,
    "ingest": centre_bench.ingest,
    "fold": centre_bench.fold,
    "fold-growth": centre_bench.fold_growth,
    "central-pages": central_pages_bench.pages,
    "costs": costs_bench.costs,
    "bytes": sync_bench.bytes_of_acts,
}


def main() -> None:
    logging.disable(logging.INFO)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    figures = Figures()
    for part in sys.argv[1:] or PARTS:
        PARTS[part](figures)
    if not sys.argv[1:]:
        figures.save(Path("build/bench.json"))


if __name__ == "__main__":
    main()
