"""Every text that people read has its English, and no page holds a text outside gettext."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

ROOT = Path(__file__).parents[3]
TRANSLATIONS = ROOT / "web" / "translations"
PACKAGES = ("registration", "vault", "web", "edge_node", "central")
KEYWORDS = {**DEFAULT_KEYWORDS, "N_": None}
TEMPLATES = sorted(
    page
    for package in ("edge_node", "central", "web")
    for page in (ROOT / package / "templates").rglob("*.html")
    if not page.name.startswith("gallery")
)

_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]")
_WORD = re.compile(r"[^\W\d_][\w+-]*")
_SENTENCE = re.compile(r"^\s*[A-Z][^\W\d_]|[^\W\d_] [^\W\d_]+[.?!:…]$")
_SAME_EVERYWHERE = frozenset(
    {"KTP-el", "NIK", "KK", "Loket", "Disdukcapil", "PDF", "Ctrl", "Ctrl+S", "Control", "F2"}
)
"""Names, and keys of the keyboard."""
_READ_ALOUD = frozenset(
    {"alt", "aria-description", "aria-label", "aria-roledescription", "label", "placeholder"}
    | {"title"}
)
_GETTEXT = frozenset({"_", "gettext", "ngettext", "pgettext", "npgettext"})
_HIDDEN_TAGS = frozenset({"script", "style", "kbd"})
"""What is no text; a key has the same name in every language."""
_NO_TEXT = frozenset({"data-letter", "data-proof", "data-view"})
"""Keys, names of elements and of what is done, for the desk's script."""


@cache
def extracted() -> Catalog:
    """What `pybabel extract -F babel.cfg -k N_` finds in our packages."""
    found = Catalog()
    with (TRANSLATIONS / "babel.cfg").open(encoding="utf-8") as opened:
        methods, options = parse_mapping_cfg(opened)  # type: ignore[no-untyped-call]
    for name, line, message, _, context in extract_from_dir(
        ROOT, methods, options, KEYWORDS, directory_filter=_is_ours
    ):
        found.add(message, None, [(name, line)], context=context)
    return found


def _is_ours(folder: str) -> bool:
    inside = Path(folder).relative_to(ROOT).parts
    return inside[0] in PACKAGES and not inside[-1].startswith((".", "_"))


@cache
def english() -> Catalog:
    with (TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.po").open("rb") as opened:
        return read_po(opened, locale="en")


def first(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple) else str(message.id)


def forms(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (text or "",) if text is None or isinstance(text, str) else tuple(text)


def messages(catalog: Catalog) -> Iterator[Message]:
    return (one for one in catalog if one.id)


def test_messages_are_found_in_every_package() -> None:
    places = {file.split("/")[0] for one in messages(extracted()) for file, _ in one.locations}

    assert places == set(PACKAGES)


def test_every_text_has_its_english() -> None:
    lacking = []
    for one in messages(extracted()):
        said = english().get(first(one), one.context)
        if said is None or not all(forms(said.string)) or said.pluralizable != one.pluralizable:
            lacking.append(f"{one.locations[0][0]}: {first(one)!r}")

    assert not lacking, "no English for:\n" + "\n".join(lacking)


def test_the_english_is_not_a_guess() -> None:
    guessed = [first(one) for one in messages(english()) if one.fuzzy]

    assert not guessed, "fuzzy:\n" + "\n".join(guessed)


def test_the_english_keeps_the_placeholders() -> None:
    wrong = []
    for one in messages(english()):
        wanted = {name for form in forms(one.id) for name in _PLACEHOLDER.findall(form)}
        for form in forms(one.string):
            if form and set(_PLACEHOLDER.findall(form)) != wanted:
                wrong.append(f"{first(one)!r} → {form!r}")

    assert not wrong, "placeholders differ:\n" + "\n".join(wrong)


def test_no_english_stands_for_a_text_that_is_gone() -> None:
    gone = [first(one) for one in english().obsolete.values()]
    for one in messages(english()):
        if extracted().get(first(one), one.context) is None:
            gone.append(first(one))

    assert not gone, "no longer in the code:\n" + "\n".join(gone)


def test_every_text_in_the_code_is_where_babel_sees_it() -> None:
    """In an f-string, or inside the call of another text, babel does not look."""
    unseen = [
        f"{path.relative_to(ROOT)}:{line}: {text!r}"
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if path.name != "gallery.py"
        for line, text in _marked(path)
        if extracted().get(text) is None
    ]

    assert not unseen, "not extracted:\n" + "\n".join(unseen)


def _marked(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in _GETTEXT or name == "N_":
                yield node.lineno, str(node.args[0].value)


@pytest.mark.parametrize("page", TEMPLATES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_template_holds_no_text_outside_gettext(page: Path) -> None:
    assert not untranslated(page.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "template",
    [
        "<p>Simpan dulu</p>",
        '<p{% if wide %} class="wide"{% endif %}>Simpan {{ name }}</p>',
        '<input placeholder="Cari">',
        '{% macro rest() %} required aria-label="Cari"{% endmacro %}',
        '<button data-busy="Menyimpan…">{{ _("Simpan") }}</button>',
        '{{ button("Simpan perubahan") }}',
        '{{ button(_("Simpan") if new else "Ubah") }}',
    ],
)
def test_a_text_outside_gettext_is_seen(template: str) -> None:
    assert untranslated(template)


@pytest.mark.parametrize(
    "template",
    [
        '<p class="ruled">{{ _("Simpan") }} · 12 {# catatan #}</p>',
        "<p>{% trans %}Simpan{% endtrans %}</p>",
        '{{ ngettext("%(num)s foto", "%(num)s foto", 3) }}',
        "<b>KTP-el</b> NIK: {{ nik }}<script>let tulisan</script>",
        '{{ button(_("Simpan"), kind="primary wide") }}',
    ],
)
def test_what_is_translated_passes(template: str) -> None:
    assert not untranslated(template)


def untranslated(template: str) -> list[str]:
    """The words of a template that no catalogue can translate."""
    tree = Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(template)
    page = _Page()
    page.feed("".join(_html(tree)))
    page.close()
    return [text for text in (*page.said, *_spoken(tree)) if _words(text)]


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text) if word not in _SAME_EVERYWHERE]


def _html(node: nodes.Node) -> Iterator[str]:
    """The template's own HTML in order, a mark where something is filled in."""
    if isinstance(node, nodes.Output):
        for part in node.nodes:
            yield part.data if isinstance(part, nodes.TemplateData) else "\N{BULLET}"
    else:
        for child in node.iter_child_nodes():
            yield from _html(child)


def _spoken(node: nodes.Node) -> Iterator[str]:
    """Sentences and capitalised words in expressions, handed to a macro without `_`."""
    if isinstance(node, nodes.Call) and getattr(node.node, "name", "") in _GETTEXT:
        return
    if isinstance(node, nodes.Keyword) and node.key in ("class", "kind", "key"):
        return
    text = node.value if isinstance(node, nodes.Const) else None
    if isinstance(text, str) and _SENTENCE.search(text):
        yield text
    for child in node.iter_child_nodes():
        yield from _spoken(child)


class _Page(HTMLParser):
    """Collects what is read on a page, or read aloud."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in _HIDDEN_TAGS
        for name, value in attrs:
            if name in _READ_ALOUD or (name.startswith("data-") and name not in _NO_TEXT):
                self.said.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in _HIDDEN_TAGS

    def handle_data(self, data: str) -> None:
        if '="' in data:
            # A macro that fills in a tag: attributes, without the tag around them.
            tag = _Page()
            tag.feed(f"<input {data.strip()}>")
            self.said += tag.said
        elif not self._hidden:
            self.said.append(data)
