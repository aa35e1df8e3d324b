"""Each page in a real browser, by keyboard and mouse, at phone and desktop width, light and dark.

The pictures of the documentation are made here when KOPPELING_PICTURES names a folder.
"""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.expected_conditions import title_contains
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait

from fakes.clock import SettableClock
from fakes.eboekhouden.chart import Category
from fakes.eboekhouden.fake import EboekhoudenFake, OpenedAdministration
from fakes.eboekhouden.records import Kind, Mutation, Relation
from fakes.fast_serve import FastServed, fast_serve
from tests.chromium import start_chromium
from tests.fakes.eboekhouden.conftest import add_relation, invoice, line

pytestmark = pytest.mark.browser

WIDTHS = {"phone": (390, 844), "desktop": (1280, 900)}
PAGES = {
    "mutaties": "Mutaties",
    "mutaties/nieuw": "Mutatie boeken",
    "relaties": "Relaties",
    "grootboekrekeningen": "Grootboekrekeningen",
    "instellingen/api-soap": "Api/Soap",
    "soap.asmx": "soapApp",
    "soap.asmx?op=OpenSession": "OpenSession",
}


@pytest.fixture(scope="module")
def fake() -> EboekhoudenFake:
    return EboekhoudenFake(clock=SettableClock(datetime(2017, 10, 19, 10, tzinfo=UTC)))


@pytest.fixture(scope="module")
def manual(fake: EboekhoudenFake) -> OpenedAdministration:
    """The books of the manual's screen."""
    made = fake.open_administration("Demo BV", next_mutation=236)
    books = made.administration
    add_relation(books)
    for on, number in ((date(2016, 6, 1), "1234555"), (date(2016, 6, 14), "1234777")):
        bought = (line("55.00", "11.55", "HOOG_INK_21", "4750"),)
        books.book(
            Mutation(
                0,
                Kind.INVOICE_RECEIVED,
                on,
                "1700",
                bought,
                relation="K1",
                invoice_number=number,
            )
        )
    postage = line("50.41", "10.59", account="4650")
    low = line("1000.00", "60.00", "LAAG_VERK", "8015")
    for number, lines in (
        ("20170", (line("2831.36", "594.59", account="8015"), postage)),
        ("20171", (low,)),
        ("20172", (line("10000.00", "2100.00", account="8015"),)),
        ("20173", (line("955.33", "200.62", account="8015"), postage)),
        ("20175", (line("955.33", "200.62", account="8015"), postage)),
    ):
        books.book(invoice(*lines, number=number, on=date(2017, 10, 10)))
    return made


@pytest.fixture(scope="module")
def served(fake: EboekhoudenFake) -> Iterator[FastServed]:
    with fast_serve(fake.wsgi) as made:
        yield made


@pytest.fixture(scope="module")
def browser(manual: OpenedAdministration, served: FastServed) -> Iterator[webdriver.Chrome]:
    driver = start_chromium()
    try:
        driver.get(f"{served.url}/inloggen")
        driver.find_element(By.NAME, "gebruikersnaam").send_keys(manual.credentials.username)
        code = driver.find_element(By.NAME, "code")
        code.send_keys(manual.credentials.security_code_1, Keys.ENTER)
        WebDriverWait(driver, 10).until(title_contains("Mutaties"))
        yield driver
    finally:
        driver.quit()


def show(browser: webdriver.Chrome, width: str, dark: bool = False) -> None:
    """Make the window as wide as a phone or a desktop, light or dark."""
    wide, high = WIDTHS[width]
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": wide, "height": high, "deviceScaleFactor": 1, "mobile": width == "phone"},
    )
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})


def picture(browser: webdriver.Chrome, name: str) -> None:
    """Keep a picture for the documentation, when that is asked for."""
    folder = os.environ.get("KOPPELING_PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        assert browser.save_screenshot(str(Path(folder) / f"eboekhouden-{name}.png"))


def scrolls_sideways(browser: webdriver.Chrome) -> bool:
    spill = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    return bool(browser.execute_script(spill))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_its_window_and_reads_well(
    browser: webdriver.Chrome, served: FastServed, path: str, width: str, dark: bool
) -> None:
    show(browser, width, dark)
    browser.get(f"{served.url}/{path}")
    assert browser.title.startswith(PAGES[path])
    assert not scrolls_sideways(browser)
    assert browser.find_element(By.TAG_NAME, "h1").is_displayed()
    assert browser.get_log("browser") == []  # type: ignore[no-untyped-call]
    ink, ground = (
        browser.execute_script(f"return getComputedStyle(document.body).{name}")
        for name in ("color", "backgroundColor")
    )
    assert (brightness(ink) > brightness(ground)) == dark
    if not dark:
        name = path.replace("/", "-").replace(".asmx", "").replace("?op=", "-").lower()
        picture(browser, f"{name}-{width}")


def brightness(colour: str) -> float:
    """Return how bright a colour such as "rgb(20, 25, 31)" is."""
    return sum(float(part) for part in colour.strip("rgba()").split(",")[:3])


def test_the_login_is_a_page_of_its_own(browser: webdriver.Chrome, served: FastServed) -> None:
    visit = browser.get_cookie("eboekhouden")
    browser.delete_all_cookies()
    for width in WIDTHS:
        show(browser, width)
        browser.get(f"{served.url}/mutaties")
        assert browser.current_url.endswith("/inloggen")
        # The focus is given when the page is first painted, which may be after it was loaded.
        WebDriverWait(browser, 10).until(
            lambda driver: driver.switch_to.active_element.get_attribute("name") == "gebruikersnaam"
        )
        picture(browser, f"inloggen-{width}")
    assert visit is not None
    browser.delete_all_cookies()
    browser.add_cookie(visit)
    browser.get(f"{served.url}/inloggen")
    assert browser.current_url.endswith("/mutaties")


def test_a_mutation_is_booked_and_deleted_by_keyboard_and_mouse(
    browser: webdriver.Chrome, served: FastServed, manual: OpenedAdministration
) -> None:
    show(browser, "desktop")
    browser.get(f"{served.url}/mutaties/nieuw")
    Select(browser.find_element(By.NAME, "relatie")).select_by_value("K1")
    browser.find_element(By.NAME, "factuurnummer").send_keys("F/2017/0001")
    browser.find_element(By.NAME, "omschrijving").send_keys("Taart")
    browser.find_element(By.NAME, "bedrag1").send_keys("82,64")
    account = browser.find_element(By.NAME, "tegenrekening1")
    Select(account).select_by_value("8020")
    browser.find_element(By.NAME, "bedrag1").send_keys(Keys.ENTER)
    WebDriverWait(browser, 10).until(title_contains("Mutaties"))
    first = browser.find_element(By.CSS_SELECTOR, "tbody tr").text.split()
    assert first == ["X", "243", "19-10-2017", "Fact", "verst", "99,99", "1300", "8020", first[-1]]

    browser.find_element(By.CSS_SELECTOR, 'button[value="243"]').click()
    WebDriverWait(browser, 10).until(
        lambda driver: "Verwijderd: mutatie 243." in driver.page_source
    )
    assert manual.administration.mutation(243) is None
    for number in ("236", "237"):
        browser.find_element(By.CSS_SELECTOR, f'input[value="{number}"]').send_keys(Keys.SPACE)
    browser.find_element(By.NAME, "gekozen").click()
    WebDriverWait(browser, 10).until(
        lambda driver: "Verwijderd: mutatie 237, 236." in driver.page_source
    )
    assert [made.number for made in manual.administration.mutations] == [238, 239, 240, 241, 242]


@pytest.mark.parametrize("width", WIDTHS)
def test_the_longest_words_fit_the_window(
    browser: webdriver.Chrome, served: FastServed, manual: OpenedAdministration, width: str
) -> None:
    books = manual.administration
    details = {"Plaats": "W" * 50, "Email": "w" * 150}
    relation = Relation(0, "W" * 15, "W" * 100, "B", date(2017, 10, 19), details)
    books.add_relation(relation)
    books.add_account("8" * 10, "W" * 50, Category.PROFIT_AND_LOSS)
    booked = books.book(invoice(number="W" * 50))
    try:
        show(browser, width)
        for path in ("mutaties", "relaties", "grootboekrekeningen", f"relaties?zoek={'q' * 255}"):
            browser.get(f"{served.url}/{path}")
            assert not scrolls_sideways(browser), path
        browser.get(f"{served.url}/mutaties")
        for short in browser.find_elements(By.CSS_SELECTOR, "th:nth-child(n + 3), .short"):
            lines = "const all = document.createRange(); all.selectNodeContents(arguments[0]);"
            count = f"{lines} return all.getClientRects().length"
            assert browser.execute_script(count, short) == 1, f"{short.text} is broken"
    finally:
        books.delete([booked.number])
        del books.relations[relation.code], books.accounts["8" * 10]
