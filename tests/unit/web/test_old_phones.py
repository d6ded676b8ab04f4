"""What a phone of 2016 (Chrome 50) would stumble over in the portal's own scripts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import web

STATIC = Path(web.__file__).parent / "static"
NEWER = {
    "arrow, spread or template": r"=>|\.\.\.|`",
    "optional chaining or ??": r"\?\.|\?\?",
    "async, await, class or let": r"\b(?:async|await|class|let|const|import|export)\b",
    "methods of later years": r"\.(?:replaceChildren|flat|flatMap|padStart|includes|at|append)\(",
}


@pytest.mark.parametrize("what", NEWER)
def test_the_reading_script_keeps_to_what_old_phones_know(what: str) -> None:
    script = (STATIC / "bacakan.js").read_text()
    code = re.sub(r"//.*", "", script)

    assert re.findall(NEWER[what], code) == []
