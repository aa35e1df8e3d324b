"""The manual followed by hand: sign up, copy the codes, activate, invoice, and see row 245.

Three real processes: the served fakes with a waiting coupling, the browser, and this test. The
pictures of the documentation are made here when PICTURES names a folder.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait

from tests.chromium import start_chromium

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
STORY = ROOT / "scenarios/library/manual.story.yaml"
PICTURES = os.environ.get("PICTURES")
PATIENCE = 20
THE_PICTURE = [
    ["245", "19-10-2017", "Fact verst", "99,99", "1300", "8020", "F/2017/0001"],
    ["242", "10-10-2017", "Fact verst", "1.216,95", "1300", "4650,8015", "20175"],
    ["241", "10-10-2017", "Fact verst", "1.216,95", "1300", "4650,8015", "20173"],
    ["240", "10-10-2017", "Fact verst", "12.100,00", "1300", "8015", "20172"],
    ["239", "10-10-2017", "Fact verst", "1.060,00", "1300", "8015", "20171"],
    ["238", "10-10-2017", "Fact verst", "3.486,95", "1300", "4650,8015", "20170"],
    ["237", "14-06-2016", "Fact ontv", "66,55", "1700", "4750", "1234777"],
    ["236", "01-06-2016", "Fact ontv", "66,55", "1700", "4750", "1234555"],
]
"""The manual's own picture, 1.2."""


@pytest.fixture
def served() -> Iterator[dict[str, Any]]:
    command = "from scenarios.cli import main; main()"
    options = ["--given", str(STORY), "--unlinked", "--json", "--poll", "3600"]
    ports = ["--bizzcloud-port", "0", "--eboekhouden-port", "0"]
    process = subprocess.Popen(
        [sys.executable, "-c", command, "serve", *options, *ports],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    yield json.loads(process.stdout.readline())
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0
    process.stdout.close()


class Person:
    """Someone who follows the manual, with two sites open in one browser."""

    def __init__(self, browser: Chrome) -> None:
        self.browser = browser

    def go(self, address: str) -> None:
        self.browser.get(address)

    def type(self, name: str, text: str) -> None:
        field = self.browser.find_element(By.NAME, name)
        field.clear()
        field.send_keys(text)

    def choose(self, name: str, beginning: str) -> None:
        select = Select(self.browser.find_element(By.NAME, name))
        option = next(each for each in select.options if each.text.startswith(beginning))
        select.select_by_visible_text(option.text)

    def press(self, text: str) -> None:
        page = self.browser.find_element(By.TAG_NAME, "html")
        self.browser.find_element(By.XPATH, f"//button[normalize-space()='{text}']").click()
        WebDriverWait(self.browser, PATIENCE).until(
            lambda browser: browser.find_element(By.TAG_NAME, "html") != page
        )

    def text(self) -> str:
        return self.browser.find_element(By.TAG_NAME, "main").text

    def codes(self) -> list[str]:
        return [each.text for each in self.browser.find_elements(By.CSS_SELECTOR, "dd code")][:3]

    def mutations(self) -> list[list[str]]:
        rows = self.browser.find_elements(By.CSS_SELECTOR, "tbody tr")
        cells = [[c.text for c in row.find_elements(By.TAG_NAME, "td")] for row in rows]
        return [row[-7:] for row in cells]

    def picture(self, name: str) -> None:
        if PICTURES:
            self.browser.save_screenshot(str(Path(PICTURES) / f"handleiding-{name}.png"))


@pytest.fixture
def person() -> Iterator[Person]:
    browser = start_chromium()
    browser.set_window_size(1200, 900)
    yield Person(browser)
    browser.quit()


def test_a_person_follows_the_manual_and_sees_row_245(
    served: dict[str, Any], person: Person
) -> None:
    shop, books = served["bizzcloud"], served["eboekhouden"]

    # Beheer > Inrichting > Instellingen > Api/Soap: where the user name and both codes are.
    person.go(f"{books['pages']}/inloggen")
    person.type("gebruikersnaam", books["username"])
    person.type("code", books["security_code_1"])
    person.press("Inloggen")
    assert [row[0] for row in person.mutations()] == [
        "242",
        "241",
        "240",
        "239",
        "238",
        "237",
        "236",
    ]
    person.go(f"{books['pages']}/instellingen/api-soap")
    username, code_1, code_2 = person.codes()
    person.picture("1-codes")

    # The sign-up form of step 1, first with a code that is mistyped.
    person.go(f"{shop['url']}/web/login")
    person.type("login", shop["login"])
    person.type("password", shop["password"])
    person.press("Inloggen")
    person.go(f"{shop['url']}/e-boekhouden/")
    person.type("username", username)
    person.type("security_code_1", code_1[::-1])
    person.type("security_code_2", code_2)
    person.press("Aanmelden")
    assert "kent deze gebruikersnaam of beveiligingscodes niet" in person.text()
    person.picture("2-verkeerde-code")
    person.type("security_code_1", code_1)
    person.press("Aanmelden")

    # Facturatie > Auditeur > Grootboekschema: the link is now active.
    person.go(f"{shop['url']}/facturatie/auditeur/grootboekschema")
    assert "De koppeling met Demo BV is nu actief" in person.text()
    person.picture("3-koppeling-actief")

    person.go(f"{shop['url']}/facturatie/facturen/nieuw")
    person.choose("partner", "Bakkerij de Groot")
    person.type("text_0", "Taart")
    person.type("price_0", "82,64")
    person.choose("account_0", "8020 ")
    person.choose("tax_0", "21% BTW")
    person.press("Concept opslaan")
    person.press("Bevestigen")
    assert "F/2017/0001" in person.text()
    person.picture("4-factuur")

    def row_245_is_there(_: Chrome) -> bool:
        person.go(f"{books['pages']}/mutaties")
        return person.mutations()[0][0] == "245"

    WebDriverWait(person.browser, PATIENCE).until(row_245_is_there)
    assert person.mutations() == THE_PICTURE
    person.picture("5-mutaties")
