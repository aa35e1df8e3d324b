"""A headless Chromium for tests; `make test-browser` installs it."""

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
DRIVER = Path("/usr/bin/chromedriver")


def start_chromium() -> Chrome:
    """Start a browser; the caller quits it."""
    options = ChromeOptions()
    for argument in ARGUMENTS:
        options.add_argument(argument)
    for place in BROWSERS:
        if Path(place).exists():
            options.binary_location = place
    return Chrome(
        options=options, service=ChromeService(str(DRIVER)) if DRIVER.exists() else ChromeService()
    )
