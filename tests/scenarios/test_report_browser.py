"""The page of a run and the live timeline in a real browser, at phone and desktop width.

The pictures of the documentation are made here when PICTURES names a folder.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from fakes.eboekhouden.fake import EboekhoudenFake
from scenarios.cli import koppeling
from scenarios.language.reading import LIBRARY
from tests.chromium import start_chromium
from tests.scenarios.test_serve import open_an_invoice, served

pytestmark = pytest.mark.browser

PICTURES = os.environ.get("PICTURES")
PATIENCE = 30
FILES = 50
LARGEST = 2_000_000
"""Bytes that the page of fifty stories may have."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Chrome]:
    made = start_chromium()
    yield made
    made.quit()


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of fifty files of the library, of which one is made to fail."""
    folder = tmp_path_factory.mktemp("report")
    wrong = folder / "wrong.story.yaml"
    text = (LIBRARY / "manual.story.yaml").read_text("utf-8")
    wrong.write_text(text.replace("12.100,00", "12.100,01"), "utf-8")
    others = sorted(LIBRARY.glob("*.story.yaml"))[: FILES - 1]
    files = [str(wrong), *(str(file) for file in others)]
    told = CliRunner().invoke(koppeling, ["run", *files, "--report", str(folder / "out")])
    assert told.exit_code == 1, told.output
    return folder / "out" / "index.html"


def show(browser: Chrome, address: str, width: int, scheme: str) -> None:
    """Open a page as a phone or a desktop would show it, light or dark."""
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    feature = {"name": "prefers-color-scheme", "value": scheme}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
    # The page before may still ask for calls of a server that has ended.
    browser.get("about:blank")
    errors(browser)
    browser.get(address)


def errors(browser: Chrome) -> list[Any]:
    """Return what the console said since it was asked last."""
    said: list[Any] = browser.get_log("browser")  # type: ignore[no-untyped-call] # selenium's
    return said


def nothing_sticks_out(browser: Chrome) -> bool:
    return bool(browser.execute_script("return document.documentElement.scrollWidth <= innerWidth"))


def picture(browser: Chrome, name: str) -> None:
    if PICTURES:
        browser.save_screenshot(str(Path(PICTURES) / f"{name}.png"))


def wait(browser: Chrome, script: str) -> Any:
    return WebDriverWait(browser, PATIENCE).until(lambda one: one.execute_script(script))


def stories(browser: Chrome) -> int:
    return len(browser.find_elements(By.CSS_SELECTOR, "details.story"))


def visible(browser: Chrome) -> list[str]:
    return [
        story.find_element(By.CSS_SELECTOR, "summary").text
        for story in browser.find_elements(By.CSS_SELECTOR, "details.story:not([hidden])")
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_shows_why_a_story_failed(
    browser: Chrome, page: Path, width: int, scheme: str
) -> None:
    show(browser, page.as_uri(), width, scheme)

    differing = [cell.text for cell in browser.find_elements(By.CSS_SELECTOR, "td.differs")]
    assert differing == ["12.100,01", "12.100,00"]
    picture(browser, f"report-{width}-{scheme}")
    first = browser.find_element(By.CSS_SELECTOR, "details.calls")
    first.find_element(By.TAG_NAME, "summary").click()
    wait(browser, "return document.querySelectorAll('.call').length > 50")
    assert nothing_sticks_out(browser)
    assert errors(browser) == []


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_a_fault_is_found_and_its_bytes_are_one_click_away(
    browser: Chrome, page: Path, width: int, scheme: str
) -> None:
    show(browser, page.as_uri(), width, scheme)
    browser.execute_script(
        "const one = document.getElementById('fault'); one.value = 'answer lost';"
        "one.dispatchEvent(new Event('input'))"
    )
    told = visible(browser)
    assert 0 < len(told) < stories(browser)
    browser.execute_script(
        "const one = document.querySelector('details.story:not([hidden])');"
        "one.open = true; one.querySelector('details.calls').open = true"
    )
    wait(browser, "return document.querySelectorAll('.call.broken .led').length")
    browser.execute_script("document.querySelector('.call.broken summary').click()")
    wait(browser, "return document.querySelectorAll('.call.broken pre').length === 2")
    asked = browser.find_element(By.CSS_SELECTOR, ".call.broken pre").text
    assert "AddMutatie" in asked
    assert "<ns0:SecurityCode2>00000000-" in asked
    browser.execute_script("document.querySelector('.call.broken').scrollIntoView()")
    browser.execute_script("scrollBy(0, -120)")
    assert nothing_sticks_out(browser)
    picture(browser, f"timeline-{width}-{scheme}")
    assert errors(browser) == []


def test_the_page_is_used_by_keyboard_alone(browser: Chrome, page: Path) -> None:
    show(browser, page.as_uri(), 1280, "light")
    body = browser.find_element(By.TAG_NAME, "body")
    body.send_keys("/")
    focused = browser.switch_to.active_element
    focused.send_keys("credit note")
    found = visible(browser)
    everything = stories(browser)
    assert 0 < len(found) < everything >= FILES
    assert f"{len(found)} of {everything} stories" in body.text
    focused.send_keys(Keys.ESCAPE)
    assert len(visible(browser)) == everything
    # Tab goes over the five filters to the first story, Enter closes what was open.
    for _ in range(5):
        browser.switch_to.active_element.send_keys(Keys.TAB)
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    first = browser.find_element(By.CSS_SELECTOR, "details.story")
    assert first.get_attribute("open") is None


def test_a_document_leaves_its_stories_and_its_calls(browser: Chrome, page: Path) -> None:
    show(browser, page.as_uri(), 1280, "light")
    browser.execute_script("document.querySelector('details.story details.calls').open = true;")
    wait(browser, "return document.querySelectorAll('.call').length > 50")
    browser.execute_script(
        "const one = document.getElementById('document'); one.value = '20173';"
        "one.dispatchEvent(new Event('input'))"
    )
    calls = browser.find_elements(By.CSS_SELECTOR, ".call:not([hidden])")
    assert calls
    assert len(visible(browser)) < stories(browser)
    # A call that is about many documents names three, and how many there are.
    assert all(re.search(r"20173|, … \(\d+\)", call.text) for call in calls)


def test_paper_has_the_stories_opened(browser: Chrome, page: Path) -> None:
    show(browser, page.as_uri(), 1280, "light")
    browser.execute_script("window.dispatchEvent(new Event('beforeprint'))")
    opened = browser.execute_script(
        "return document.querySelectorAll('details.story[open]').length"
    )
    printed = browser.execute_cdp_cmd("Page.printToPDF", {"printBackground": False})
    browser.execute_script("window.dispatchEvent(new Event('afterprint'))")
    left = browser.execute_script("return document.querySelectorAll('details.story[open]').length")

    assert (opened, left) == (stories(browser), 1)
    assert len(printed["data"]) > 100_000


def test_fifty_stories_are_small_and_quick_to_filter(browser: Chrome, page: Path) -> None:
    size = page.stat().st_size
    show(browser, page.as_uri(), 1280, "light")
    load, filtering = browser.execute_script(
        "const began = performance.now();"
        "search.value = 'f/2017/0001'; filter(); document.body.offsetHeight;"
        "return [performance.getEntriesByType('navigation')[0].domComplete,"
        "        performance.now() - began];"
    )
    print(f"{stories(browser)} stories: {size} bytes")
    print(f"loaded in {load:.0f} ms, filtered in {filtering:.1f} ms")

    assert size < LARGEST
    assert filtering < load


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_live_timeline_follows(browser: Chrome, width: int, scheme: str) -> None:
    with served("--poll", "0.2", "--control") as (_, told):
        show(browser, told["timeline"]["url"], width, scheme)
        number = open_an_invoice(told["bizzcloud"])
        wait(browser, f"return document.body.textContent.includes('AddMutatie {number}')")
        picture(browser, f"live-{width}-{scheme}")
        browser.execute_script(
            "const one = document.getElementById('document');"
            f"one.value = '{number}'; one.dispatchEvent(new Event('input'))"
        )
        calls = browser.find_elements(By.CSS_SELECTOR, ".call:not([hidden])")
        assert calls
        assert all(number in call.text for call in calls)
        assert nothing_sticks_out(browser)
        browser.execute_script("document.querySelector('.call:not([hidden]) summary').click()")
        wait(browser, "return document.querySelectorAll('.call pre').length === 2")
        codes = EboekhoudenFake().open_administration("Demo BV").credentials
        assert codes.security_code_2 not in browser.page_source
        assert errors(browser) == []
