"""The ministry's paper forms, filled in from the answers of a request.

F-1.02, F-2.01 and the two statements of responsibility F-2.03 and F-2.04 (Permendagri 109/2019).

What follows practice and not the official drawing: we had no copy of the regulation's annex, only
descriptions of it and forms as offices publish them. Titles, sections, numbers and the order of
what is asked follow those. Ours are: the measures of boxes and lines; that F-2.01 holds only the
part on the event that is reported (births or deaths) and not those on marriages, divorces and
adoptions; names on a line instead of in a box a letter; the list of papers and the sworn words on
F-2.01; the wording of the statements; the line "Lainnya" and the code of the request at the foot.
Permendagri 6/2026 is said to have changed the forms: hold a print against the current annex before
it replaces a form from the centre. All of it is data, easy to put right.

The forms are in Indonesian whatever the screen speaks, so nothing here is translated. What was not
asked stays an empty line for the pen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from registration.printed.f102 import f102
from registration.printed.f201 import f201
from registration.printed.shapes import Filled, Sheet
from registration.printed.sptjm import f203, f204
from registration.shapes import Case

FORMS: Mapping[str, Callable[[Filled], Sheet]] = MappingProxyType(
    {"f102": f102, "f201": f201, "f203": f203, "f204": f204}
)
"""By the code of the document that the paper becomes when it is scanned."""
NAMES: Mapping[str, str] = MappingProxyType(
    {"f102": "F-1.02", "f201": "F-2.01", "f203": "F-2.03", "f204": "F-2.04"}
)


def forms_of(case: Case) -> tuple[str, ...]:
    """The forms that a case's documents name."""
    return tuple(one.code for one in case.documents if one.code in FORMS)
