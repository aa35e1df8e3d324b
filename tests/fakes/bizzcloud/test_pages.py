"""The pages in a real browser, at desktop and phone width, as the manual walks through them."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select, WebDriverWait

from fakes.bizzcloud.fake import BizzcloudFake
from fakes.serve import Served, serve
from tests.fakes.bizzcloud.shop import Caller, Coupling

pytestmark = pytest.mark.browser

WIDTHS = {"breed": (1200, 900), "telefoon": (390, 844)}
FAINT = """
const light = value => { const part = value / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4; };
const luminance = ([r, g, b]) => 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
const parts = color => color.match(/[\\d.]+/g).map(Number);
const ground = element => { for (let at = element; at; at = at.parentElement) {
    const color = parts(getComputedStyle(at).backgroundColor);
    if (color.length < 4 || color[3] > 0) return color; }
  return matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18] : [255, 255, 255]; };
const faint = [];
for (const element of document.querySelectorAll("body *")) {
  const says = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
  if (!says || !element.offsetParent) continue;
  const pair = [parts(getComputedStyle(element).color), ground(element)].map(luminance);
  const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
  if (ratio < 4.5) faint.push(`${element.textContent.trim().slice(0, 40)}: ${ratio.toFixed(2)}`);
}
return faint;
"""
"""Returns the texts that stand out too little from what is behind them (WCAG 2.1, level AA)."""

PICTURES = os.environ.get("PICTURES")
"""A folder to keep the screenshots in; none are kept unless it is given."""


@pytest.fixture(scope="module")
def chrome() -> Iterator[Chrome]:
    options = ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"):
        options.add_argument(argument)
    for place in ("/usr/bin/chromium", "/usr/bin/chromium-browser"):
        if Path(place).exists():
            options.binary_location = place
    driver = Path("/usr/bin/chromedriver")
    service = ChromeService(str(driver)) if driver.exists() else ChromeService()
    browser = Chrome(options=options, service=service)
    yield browser
    browser.quit()


@pytest.fixture
def served(fake: BizzcloudFake) -> Iterator[Served]:
    with serve(fake.wsgi) as server:
        yield server


class Visitor:
    """Someone who looks, types and clicks."""

    def __init__(self, browser: Chrome, url: str) -> None:
        self.browser = browser
        self.url = url

    def go(self, path: str) -> None:
        self.browser.get(self.url + path)

    def log_in(self) -> None:
        self.browser.delete_all_cookies()
        self.go("/web/login")
        self.type("login", "admin")
        self.type("password", "admin")
        self.press("Inloggen")

    def find(self, selector: str) -> WebElement:
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def type(self, name: str, text: str) -> None:
        field = self.find(f"[name={name}]")
        field.clear()
        field.send_keys(text)

    def choose(self, name: str, text: str) -> None:
        Select(self.find(f"select[name={name}]")).select_by_visible_text(text)

    def press(self, text: str) -> None:
        page = self.find("html")
        self.browser.find_element(By.XPATH, f"//button[normalize-space()='{text}']").click()
        WebDriverWait(self.browser, 10).until(lambda browser: self.find("html") != page)

    def tab_to(self, what: str, keys: str) -> None:
        """Walk by the Tab key to a field or button, which has to show that it is reached; type."""
        for _ in range(60):
            ActionChains(self.browser).send_keys(Keys.TAB).perform()
            here = self.browser.switch_to.active_element
            if what in (here.get_attribute("name"), here.text):
                assert here.value_of_css_property("outline-style") != "none", (
                    f"{what} shows nothing"
                )
                ActionChains(self.browser).send_keys(keys).perform()
                return
        raise AssertionError(f"no {what} is reached by the Tab key")

    @property
    def message(self) -> str:
        return self.find(".message").text

    @property
    def text(self) -> str:
        return self.find("main").text

    def picture(self, name: str) -> None:
        """Look at the page, light and dark, at both widths: texts are readable, nothing sticks out.

        Keeps pictures when asked to.
        """
        styled = self.browser.execute_script("return document.styleSheets[0].cssRules.length")
        assert styled > 0, f"{name} has no style"
        for scheme in ("dark", "light"):
            feature = {"name": "prefers-color-scheme", "value": scheme}
            self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
            faint = self.browser.execute_script(FAINT)
            assert faint == [], f"{name} is hard to read when {scheme}"
        for width, size in WIDTHS.items():
            self.browser.set_window_size(*size)
            metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": True}
            self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
            wide = self.browser.execute_script("return document.documentElement.scrollWidth")
            assert wide <= size[0], f"{name} is {wide} pixels wide on a screen of {size[0]}"
            if PICTURES:
                place = Path(PICTURES) / f"bizzcloud-{name}-{width}.png"
                place.parent.mkdir(parents=True, exist_ok=True)
                self.browser.save_screenshot(str(place))
            self.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        self.browser.set_window_size(*WIDTHS["breed"])


@pytest.fixture
def visitor(chrome: Chrome, served: Served) -> Visitor:
    return Visitor(chrome, served.url)


def test_a_stranger_is_asked_to_log_in_and_told_when_it_is_wrong(visitor: Visitor) -> None:
    visitor.browser.delete_all_cookies()
    visitor.go("/facturatie/facturen")
    assert "/web/login" in visitor.browser.current_url
    visitor.type("login", "admin")
    visitor.type("password", "fout")
    visitor.press("Inloggen")
    assert visitor.message == "Verkeerde gebruikersnaam of wachtwoord."
    visitor.picture("inloggen")
    visitor.type("password", "admin")
    visitor.press("Inloggen")
    assert "Facturen" in visitor.text


def test_an_invoice_is_made_opened_paid_and_credited(visitor: Visitor) -> None:
    visitor.log_in()
    visitor.go("/facturatie/facturen/nieuw")
    visitor.picture("factuur-nieuw")
    visitor.type("new_partner", "Bakkerij de Groot")
    visitor.type("text_0", "Taart")
    visitor.type("price_0", "82,64")
    visitor.choose("account_0", "8020 Verkopen Fabric. 0% niet-EU")
    visitor.press("Concept opslaan")
    assert "Concept" in visitor.text
    visitor.press("Bevestigen")
    assert visitor.message == "Factuur F/2017/0001 is bevestigd."
    assert "€ 99,99" in visitor.text
    assert "19-10-2017" in visitor.text
    visitor.picture("factuur")
    visitor.press("Crediteren")
    visitor.press("Bevestigen")
    assert "SCNJ/2017/0001" in visitor.text
    visitor.go("/facturatie/facturen/1")
    visitor.choose("journal", "Kas (EUR)")
    visitor.press("Betaling boeken")
    assert visitor.message == "De betaling is geboekt."
    assert visitor.find(".state").text == "Betaald"
    visitor.go("/facturatie/facturen")
    assert "Bakkerij de Groot" in visitor.text
    visitor.picture("facturen")


def test_an_invoice_is_cancelled_and_keeps_its_number(visitor: Visitor, caller: Caller) -> None:
    caller.invoice({"price_unit": 10})
    visitor.log_in()
    visitor.go("/facturatie/facturen/1")
    visitor.press("Annuleren")
    assert visitor.find(".state").text == "Geannuleerd"
    visitor.press("Terug naar concept")
    visitor.press("Bevestigen")
    assert visitor.message == "Factuur F/2017/0001 is bevestigd."


def test_a_receipt_is_rung_up_by_the_keyboard_alone(visitor: Visitor, caller: Caller) -> None:
    values = {"name": "Koffie", "list_price": 2.5, "taxes_id": [[6, 0, [5]]]}
    caller.call("product.product", "create", values)
    caller.call("pos.session", "create", {"config_id": 1})
    visitor.log_in()
    visitor.go("/kassa")
    visitor.tab_to("quantity_2", "2")
    page = visitor.find("html")
    visitor.tab_to("Contant afrekenen", Keys.ENTER)
    WebDriverWait(visitor.browser, 10).until(lambda browser: visitor.find("html") != page)
    assert visitor.message == "Bon POS0001 is afgerekend."
    assert caller.read("pos.order", 1, "amount_total")["amount_total"] == 5.3


def test_what_was_typed_wrong_is_named(visitor: Visitor) -> None:
    visitor.log_in()
    visitor.go("/facturatie/facturen/nieuw")
    visitor.type("new_partner", "Bakkerij de Groot")
    visitor.type("text_0", "Taart")
    visitor.type("price_0", "veel")
    visitor.press("Concept opslaan")
    assert visitor.message == "De prijs van regel 1 is geen getal: veel"


def test_the_link_is_tested_refused_made_and_undone(visitor: Visitor, coupling: Coupling) -> None:
    def answers(ok: bool, message: str, state: str, administration: str = "") -> dict[str, object]:
        return {"ok": ok, "message": message, "state": state, "administration": administration}

    coupling.answers["/activation/state"] = answers(True, "", "new")
    wrong = "e-Boekhouden.nl kent deze gebruikersnaam en codes niet."
    coupling.answers["/activation/test"] = answers(False, wrong, "new")
    coupling.answers["/activation/link"] = answers(
        True, "De koppeling met Demo BV is nu actief.", "active", "Demo BV"
    )
    visitor.log_in()
    visitor.go("/facturatie/auditeur/grootboekschema")
    assert visitor.find(".state").text == "Niet gekoppeld"
    visitor.type("username", "demo")
    visitor.type("security_code_1", "0" * 32)
    visitor.type("security_code_2", "fout")
    visitor.press("Codes testen")
    assert visitor.message == wrong
    visitor.picture("grootboekschema")
    visitor.type("security_code_2", "9B0C9E7E-0000-0000-0000-000000000000")
    coupling.answers["/activation/state"] = answers(True, "", "active", "Demo BV")
    visitor.press("Koppeling activeren")
    assert visitor.message == "De koppeling met Demo BV is nu actief."
    assert "Demo BV is nu actief" in visitor.text
    visitor.picture("koppeling-actief")
    visitor.go("/support")
    visitor.press("Koppeling ongedaan maken")
    assert visitor.message.startswith("Zet eerst een vinkje")
    visitor.picture("support")
    visitor.find("[name=sure]").click()
    coupling.answers["/activation/unlink"] = answers(True, "De koppeling is weg.", "unlinked")
    coupling.answers["/activation/state"] = answers(True, "", "unlinked")
    visitor.press("Koppeling ongedaan maken")
    assert visitor.message == "De koppeling is weg."
    assert [path for path, _ in coupling.heard if path != "/activation/state"] == [
        "/activation/test",
        "/activation/link",
        "/activation/unlink",
    ]


def test_the_sign_up_form_leads_to_the_active_link(visitor: Visitor, coupling: Coupling) -> None:
    active = {"ok": True, "message": "De koppeling is nu actief.", "administration": "Demo BV"}
    coupling.answers["/activation/link"] = {**active, "state": "active"}
    coupling.answers["/activation/state"] = {**active, "state": "active"}
    visitor.log_in()
    visitor.go("/e-boekhouden/")
    visitor.picture("aanmelden")
    visitor.type("username", "demo")
    visitor.type("security_code_1", "0" * 32)
    visitor.type("security_code_2", "9B0C9E7E-0000-0000-0000-000000000000")
    visitor.press("Aanmelden")
    assert visitor.browser.current_url.endswith("/facturatie/auditeur/grootboekschema")
    assert visitor.message == "De koppeling is nu actief."


def test_the_till_rings_up_takes_back_and_closes(visitor: Visitor, caller: Caller) -> None:
    caller.partner("Bakkerij de Groot")
    visitor.log_in()
    visitor.go("/kassa")
    visitor.press("Kassa openen")
    for name, price, rate in (("Koffie", "2,50", "6%"), ("Beker", "9,95", "21%")):
        visitor.type("name", name)
        visitor.type("price", price)
        visitor.choose("tax", rate)
        visitor.press("Toevoegen")
    visitor.type("quantity_2", "2")
    visitor.press("Contant afrekenen")
    assert visitor.message == "Bon POS0001 is afgerekend."
    visitor.type("quantity_3", "-1")
    visitor.press("PIN afrekenen")
    visitor.type("quantity_3", "1")
    visitor.choose("partner", "Bakkerij de Groot")
    visitor.find("[name=invoice]").click()
    visitor.press("PIN afrekenen")
    assert visitor.message == "Bon POS0003 is afgerekend, met factuur F/2017/0001."
    visitor.picture("kassa")
    orders = caller.call("pos.order", "search_read", [], ["amount_total", "state"], order="id")
    assert [(order["amount_total"], order["state"]) for order in orders] == [
        (5.3, "paid"),
        (-12.040000000000001, "paid"),
        (12.040000000000001, "invoiced"),
    ]
    visitor.press("Kassa sluiten")
    assert visitor.message == "De kassa is gesloten."
    found = caller.call("pos.order", "search_read", [], ["state"], order="id")
    assert [order["state"] for order in found] == ["done", "done", "invoiced"]


def test_a_form_without_its_token_is_refused(visitor: Visitor, served: Served) -> None:
    visitor.log_in()
    cookie = visitor.browser.get_cookie("session_id")
    assert cookie is not None
    answer = requests.post(
        f"{served.url}/support",
        data={"sure": "yes"},
        cookies={"session_id": str(cookie["value"])},
        timeout=10,
    )
    assert answer.status_code == 400
    assert "Het formulier is verlopen" in answer.text
