"""What the domain refuses, each with a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Mapping

from registration.texts import N_, Sentence


class RegistrationError(Exception):
    """The root of this package's errors."""

    sentence: Sentence

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


class InvalidValue(RegistrationError):
    """A typed value cannot be right."""


class InvalidNik(InvalidValue):
    """Not a NIK."""


class InvalidKk(InvalidValue):
    """Not a family card number."""


class InvalidPhone(InvalidValue):
    """Not an Indonesian mobile number."""


class InvalidName(InvalidValue):
    """Not a name as it may stand on a card."""


class InvalidDate(InvalidValue):
    """Not a day of the calendar, or not a possible one here."""


class InvalidCode(InvalidValue):
    """Not a receipt code: mistyped, or never given."""


class IllegalAct(RegistrationError):
    """This act is not possible in this state, or not for this role."""


class UnknownService(RegistrationError):
    """A service, or a case of one, that this version does not have."""

    def __init__(self, code: str) -> None:
        super().__init__(
            Sentence(N_("Layanan “%(code)s” tidak ada di loket ini."), {"code": code[:40]})
        )
        self.code = code


class FormFromFuture(IllegalAct):
    """The form was made by a newer version than ours: we cannot check what it holds."""

    def __init__(self, version: int) -> None:
        super().__init__(
            Sentence(
                N_(
                    "Formulir ini versi %(version)s, lebih baru daripada yang dikenal loket ini. "
                    "Muat ulang halaman; bila tetap begini, loket ini perlu diperbarui."
                ),
                {"version": version},
            )
        )
        self.version = version


class FormInvalid(RegistrationError):
    """Refused fields with a sentence each; `_form` is the form as a whole."""

    def __init__(self, errors: Mapping[str, list[Sentence]]) -> None:
        super().__init__(
            Sentence(
                N_("Ada %(count)s isian yang perlu diperbaiki."),
                {"count": len(errors)},
            )
        )
        self.errors: dict[str, list[Sentence]] = dict(errors)

    def __str__(self) -> str:
        told = (f"{name}: {' '.join(map(str, said))}" for name, said in self.errors.items())
        return "; ".join(told)
