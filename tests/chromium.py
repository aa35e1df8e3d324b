"""A headless Chromium for tests; `make test-browser` installs it."""

import os
from pathlib import Path

from selenium.webdriver import Chrome, ChromeOptions, ChromeService

ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--lang=nl",
)
BROWSERS = ("/usr/bin/chromium", "/usr/bin/chromium-browser")
DRIVER = "/usr/bin/chromedriver"


def start_chromium() -> Chrome:
    """Start a browser that keeps what its console says; the caller quits it.

    CHROMIUM and CHROMEDRIVER name them where they are not in their usual places.
    """
    options = ChromeOptions()
    for argument in ARGUMENTS:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for place in (os.environ.get("CHROMIUM"), *BROWSERS):
        if place and Path(place).exists():
            options.binary_location = place
            break
    driver = os.environ.get("CHROMEDRIVER", DRIVER)
    service = ChromeService(driver if Path(driver).exists() else None)
    return Chrome(options=options, service=service)
