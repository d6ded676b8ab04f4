"""Questions read aloud: what the phone's voice is given to say, and when it is silent."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import begin_at_portal
from tests.browser.stage import PHONE, Screens, Stage

INDONESIAN = {"lang": "id-ID", "localService": True}
JAVA_S_INDONESIAN = {"lang": "in_ID", "localService": True}
FROM_THE_INTERNET = {"lang": "id-ID", "localService": False}
ENGLISH = {"lang": "en-US", "localService": True}

# The loudspeaker is the edge of the machine; this one writes down what it is given.
LOUDSPEAKER = """
window.heard = [];
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
Object.defineProperty(window, "speechSynthesis", { value: {
    voices: VOICES,
    current: null,
    getVoices() { return this.voices; },
    speak(sentence) { this.current = sentence; window.heard.push(sentence); },
    cancel() { this.current = null; },
} });
"""


def step_with_voices(stage: Stage, screens: Screens, voices: list[dict[str, object]]) -> Page:
    page = screens.page(PHONE, has_touch=True)
    page.add_init_script(LOUDSPEAKER.replace("VOICES", json.dumps(voices)))
    page.goto(stage.portal)
    begin_at_portal(page)
    page.wait_for_url("**/1")
    # The step that asks for most.
    page.goto(page.url.removesuffix("1") + "2")
    return page


def heard(page: Page) -> list[str]:
    said: list[str] = page.evaluate("heard.map((one) => one.text)")
    return said


def hear_to_the_end(page: Page) -> None:
    page.evaluate("while (speechSynthesis.current) speechSynthesis.current.onend()")


def test_question_hint_and_example_are_read_one_after_the_other(
    stage: Stage, screens: Screens
) -> None:
    page = step_with_voices(stage, screens, [ENGLISH, INDONESIAN])
    title = page.get_by_role("heading", level=1).inner_text()

    page.get_by_role("button", name="Bacakan").click()
    assert heard(page) == [title], "the next one waits for its turn"
    expect(page.get_by_role("button", name="Berhenti")).to_be_visible()
    hear_to_the_end(page)

    said = heard(page)
    assert page.evaluate("heard.every((one) => one.lang === 'id-ID')")
    nik = said.index("NIK")
    assert "16 angka" in said[nik + 1]
    assert said[nik + 2] == "Contoh: 3 2 7 5 0 2 5 2 0 5 9 5 0 0 0 3", "digits, not thousands"
    assert "Laki-laki" in said
    assert not [one for one in said if "▲" in one]
    expect(page.get_by_role("button", name="Bacakan")).to_be_visible()


def test_nothing_that_was_typed_is_read_to_the_waiting_room(stage: Stage, screens: Screens) -> None:
    page = step_with_voices(stage, screens, [INDONESIAN])
    page.locator("[name='nik']").fill("3275024107900009")

    page.get_by_role("button", name="Lanjut").click()
    page.get_by_role("button", name="Bacakan").click()
    hear_to_the_end(page)

    said = " ".join(heard(page))
    assert "Perlu diperbaiki" in said
    assert "3275024107900009" not in said.replace(" ", "")


def test_it_stops_when_asked_and_when_the_page_is_left(stage: Stage, screens: Screens) -> None:
    page = step_with_voices(stage, screens, [INDONESIAN])
    page.get_by_role("button", name="Bacakan").click()
    late = page.evaluate_handle("speechSynthesis.current")

    page.get_by_role("button", name="Berhenti").click()
    late.evaluate("(sentence) => sentence.onend()")

    assert len(heard(page)) == 1
    assert page.evaluate("speechSynthesis.current") is None
    page.get_by_role("button", name="Bacakan").click()
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    assert page.evaluate("speechSynthesis.current") is None
    expect(page.get_by_role("button", name="Bacakan")).to_be_visible()


@pytest.mark.parametrize("voices", [[], [ENGLISH], [FROM_THE_INTERNET]], ids=["no", "en", "far"])
def test_without_an_indonesian_voice_in_the_phone_there_is_no_button(
    stage: Stage, screens: Screens, voices: list[dict[str, object]]
) -> None:
    page = step_with_voices(stage, screens, voices)

    expect(page.locator("[data-read]")).to_be_hidden()


def test_without_script_there_is_no_button(stage: Stage, screens: Screens) -> None:
    page = screens.portal(javascript=False)
    begin_at_portal(page)

    expect(page.locator("[data-read]")).to_be_hidden()


def test_a_voice_that_comes_late_or_is_named_as_of_old_is_found(
    stage: Stage, screens: Screens
) -> None:
    page = step_with_voices(stage, screens, [])
    expect(page.locator("[data-read]")).to_be_hidden()

    page.evaluate(
        "(voice) => { speechSynthesis.voices = [voice]; speechSynthesis.onvoiceschanged(); }",
        JAVA_S_INDONESIAN,
    )

    page.get_by_role("button", name="Bacakan").click()
    assert page.evaluate("heard[0].lang") == "in_ID"


def test_the_english_page_is_read_by_an_english_voice(stage: Stage, screens: Screens) -> None:
    page = step_with_voices(stage, screens, [INDONESIAN, ENGLISH])

    page.get_by_role("button", name="English").click()
    page.locator("[data-read]").click()

    assert page.evaluate("heard[0].lang") == "en-US"
