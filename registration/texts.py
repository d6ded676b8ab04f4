"""Sentences for people, kept apart from their translation.

The pure core says what is to be said (a gettext msgid in Indonesian and the values that go
into it); the views choose the language and fill it in with `Sentence.render(gettext)`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Translate = Callable[[str], str]


def N_(text: str) -> str:  # noqa: N802 - the name that gettext extractors look for
    """Mark a text for extraction; it is translated where it is shown."""
    return text


def _same(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class Sentence:
    """A msgid with `%(name)s` places and what goes there.

    A value may itself be a `Sentence` or `Words`: it is then translated too.
    """

    text: str
    params: Mapping[str, object] = field(default_factory=dict, hash=False)

    def render(self, translate: Translate = _same) -> str:
        """The sentence in the language of `translate`, with its values filled in."""
        text = translate(self.text)
        if not self.params:
            return text
        return text % {name: _render(value, translate) for name, value in self.params.items()}

    def __str__(self) -> str:
        return self.render()


@dataclass(frozen=True, slots=True)
class Words:
    """Labels listed inside a sentence: "alamat, RT", each translated, without capitals."""

    labels: tuple[str, ...]

    def render(self, translate: Translate = _same) -> str:
        return ", ".join(_inside(translate(label)) for label in self.labels)

    def __str__(self) -> str:
        return self.render()


def plain(value: object) -> Sentence:
    """A value shown as it is, where a sentence is expected."""
    return Sentence("%(value)s", {"value": value})


def _render(value: object, translate: Translate) -> object:
    return value.render(translate) if isinstance(value, Sentence | Words) else value


def _inside(label: str) -> str:
    """Lower the first letter, but leave abbreviations (NIK, RT, KTP-el) alone."""
    return label[0].lower() + label[1:] if label[1:2].islower() else label
