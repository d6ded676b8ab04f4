"""The document goes into somebody's hands: signed with the mouse, or on paper by keyboard alone."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from demo.client import Receipt
from tests.browser.acts import attach_photos, box, new_lost_card, reload_until_seen, type_lost_card
from tests.browser.stage import PHONE, Screens, Stage, lost_card, until


def _ready(stage: Stage, number: str) -> Receipt:
    filed = stage.file_and_send(stage.person())
    stage.issue(filed, number)
    return filed


def _sign(page: Page) -> None:
    """A wave from left to right, with the mouse."""
    canvas = page.get_by_role("img", name="Kotak tanda tangan")
    canvas.scroll_into_view_if_needed()
    area = canvas.bounding_box()
    assert area is not None
    left, middle = area["x"] + 20, area["y"] + area["height"] / 2
    page.mouse.move(left, middle)
    page.mouse.down()
    for step in range(1, 30):
        page.mouse.move(left + step * 12, middle + (30 if step % 2 else -30))
    page.mouse.up()


def _sign_with_a_finger(page: Page) -> None:
    """The same by touch: the page must not scroll away under the finger."""
    canvas = page.get_by_role("img", name="Kotak tanda tangan")
    canvas.scroll_into_view_if_needed()
    area = canvas.bounding_box()
    assert area is not None
    left, middle = area["x"] + 10, area["y"] + area["height"] / 2
    touch = page.context.new_cdp_session(page)

    def send(kind: str, *points: tuple[float, float]) -> None:
        at = [{"x": x, "y": y} for x, y in points]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    send("touchStart", (left, middle))
    for step in range(1, 25):
        send("touchMove", (left + step * 10, middle + (30 if step % 2 else -30)))
    send("touchEnd")


def _inked(page: Page) -> int:
    """How many dots of the box are dark."""
    return int(
        page.evaluate("""() => {
            const canvas = document.querySelector(".sign-canvas");
            const dots = canvas.getContext("2d")
                .getImageData(0, 0, canvas.width, canvas.height).data;
            return dots.filter((value, at) => at % 4 === 3 && value > 128).length;
        }""")
    )


def test_from_the_form_to_a_signature_drawn_with_the_mouse(stage: Stage, screens: Screens) -> None:
    person = stage.person()
    page = screens.counter()
    new_lost_card(page)
    type_lost_card(page, lost_card(person))
    attach_photos(page, person)
    page.get_by_label("Berkas asli sudah saya cocokkan").check()
    page.keyboard.press("Control+s")
    page.wait_for_url("**/tanda-terima")
    code = page.locator(".code-big").inner_text()
    page.get_by_role("link", name="Buka permohonan").click()
    filed = Receipt(code, page.url.rsplit("/", 1)[1])
    reload_until_seen(page, page.locator(".matter .head .status", has_text="Dikirim"))
    stage.issue(filed, "KTP-TTD-1")

    page.reload()
    page.locator("summary", has_text="Serahkan dokumen").click()
    _sign(page)
    expect(page.locator("[data-sign-said]")).to_have_text("Tanda tangan ada di kotak.")
    box(page, "penerima").fill("")
    page.get_by_role("button", name="Catat penyerahan").click()

    expect(page.locator("#f-penerima-error")).to_be_visible()
    until(lambda: _inked(page) > 200, "what was signed is drawn again")
    box(page, "penerima").fill("Dewi Lestari")
    page.get_by_role("button", name="Catat penyerahan").click()

    expect(page.locator("#kabar")).to_contain_text("Penyerahan tercatat.")
    expect(page.get_by_role("img", name="Tanda tangan penerima")).to_be_visible()
    expect(page.locator(".timeline")).to_contain_text(
        "menyerahkan dokumen kepada DEWI LESTARI, ditandatangani di layar."
    )
    page.get_by_role("link", name="Bukti penyerahan").click()
    proof = page.locator(".receipt")
    expect(proof.get_by_role("img", name="Tanda tangan penerima")).to_be_visible()
    expect(proof).to_contain_text("KTP-TTD-1")
    for paper in ("A6", "80 mm", "58 mm"):
        if paper != "A6":
            page.get_by_role("link", name=paper).click()
            page.reload()
        assert page.pdf(prefer_css_page_size=True).count(b"/MediaBox") == 1, paper


def test_a_signature_is_wiped_and_the_empty_box_is_told(stage: Stage, screens: Screens) -> None:
    filed = _ready(stage, "KTP-TTD-2")
    page = screens.counter()
    page.goto(f"{stage.staff}/permohonan/{filed.record}")
    page.locator("summary", has_text="Serahkan dokumen").click()
    _sign(page)

    page.get_by_role("button", name="Hapus tanda tangan").click()

    assert _inked(page) == 0
    expect(page.locator("[data-sign-said]")).to_have_text("Belum ada tanda tangan.")
    page.get_by_role("button", name="Catat penyerahan").click()
    expect(page.locator("#f-garis-error")).to_contain_text("Belum ada tanda tangan di kotak.")


def test_by_keyboard_alone_on_paper(stage: Stage, screens: Screens) -> None:
    filed = _ready(stage, "KTP-TTD-3")
    page = screens.counter()
    page.goto(f"{stage.staff}/permohonan/{filed.record}")

    page.locator("summary", has_text="Serahkan dokumen").press("Enter")
    box(page, "penerima").focus()
    page.keyboard.press("Tab")
    page.keyboard.type("Diri")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("img", name="Kotak tanda tangan")).to_be_hidden()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator("#kabar")).to_contain_text("Penyerahan tercatat.")
    expect(page.locator(".matter .head")).to_contain_text("dengan cap jempol di kertas")


def test_without_script_paper_is_the_way(stage: Stage, screens: Screens) -> None:
    filed = _ready(stage, "KTP-TTD-4")
    signed_in = screens.counter().context.storage_state()
    page = screens.page(java_script_enabled=False, storage_state=signed_in)
    page.goto(f"{stage.staff}/permohonan/{filed.record}")

    page.locator("summary", has_text="Serahkan dokumen").click()
    expect(page.get_by_label("Di layar ini")).to_be_hidden()
    page.get_by_label("Di kertas", exact=True).check()
    page.get_by_role("button", name="Catat penyerahan").click()

    expect(page.locator("#kabar")).to_contain_text("Penyerahan tercatat.")


def test_the_receiver_signs_on_a_phone(stage: Stage, screens: Screens) -> None:
    filed = _ready(stage, "KTP-TTD-5")
    page = screens.counter()
    page.goto(f"{stage.staff}/permohonan/{filed.record}")
    page.locator("summary", has_text="Serahkan dokumen").click()
    box(page, "penerima").fill("DEWI LESTARI")

    page.get_by_role("button", name="Tanda tangan di HP").click()

    expect(page.get_by_role("img", name="Kode QR untuk tanda tangan di HP")).to_be_visible()
    expect(box(page, "penerima")).to_have_value("DEWI LESTARI")
    code = page.locator(".phone-photos").get_attribute("data-address")
    assert code is not None
    phone = screens.page(PHONE, has_touch=True)
    phone.goto(code)
    _sign_with_a_finger(phone)
    assert _inked(phone) > 200
    phone.get_by_role("button", name="Kirim tanda tangan").click()
    expect(phone.locator("main")).to_contain_text("Tanda tangan terkirim ke layar petugas.")
    expect(page.locator(".phone-came")).to_contain_text("Tanda tangan dari HP sudah masuk")
    until(lambda: _inked(page) > 200, "it stands in the box on the counter's screen")

    page.get_by_role("button", name="Catat penyerahan").click()

    expect(page.locator("#kabar")).to_contain_text("Penyerahan tercatat.")
    expect(page.get_by_role("img", name="Tanda tangan penerima")).to_be_visible()
