"""The built site in a real browser: nothing is missing, and nothing comes from elsewhere."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.middleware.shared_data import SharedDataMiddleware
from werkzeug.wrappers import Response

from fakes.serve import serve
from tests.chromium import start_chromium
from tests.docs.blocks import DOCS, ROOT
from tests.scenarios.test_report_browser import errors

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Build the site as `make docs` does, serve it, and return its address."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict"]
    built = subprocess.run(
        [*command, "--site-dir", str(folder)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (built.returncode, built.stdout, built.stderr) == (0, "", "")
    nothing = Response("", 404)
    pages = SharedDataMiddleware(nothing, {"/": str(folder)})

    def indexed(environ: dict[str, str], start_response: object) -> object:
        path = environ["PATH_INFO"]
        environ["PATH_INFO"] = f"{path}index.html" if path.endswith("/") else path
        return pages(environ, start_response)  # type: ignore[arg-type] # as WSGI has it

    with serve(indexed) as served:  # type: ignore[arg-type] # as WSGI has it
        yield served.url


def test_each_page_opens_without_an_error_and_without_the_network(site: str) -> None:
    browser = start_chromium()
    try:
        for page in sorted(DOCS.glob("*.md")):
            name = "" if page.stem == "index" else f"{page.stem}/"
            browser.get(f"{site}/{name}")
            assert errors(browser) == [], page.name
            assert browser.title.endswith("Koppeling"), page.name
            fetched = browser.execute_script(
                "return performance.getEntriesByType('resource').map((one) => one.name)"
            )
            assert fetched
            assert [one for one in fetched if not one.startswith((site, "data:"))] == [], page.name
    finally:
        browser.quit()


def test_what_the_code_knows_is_in_the_pages(tmp_path: Path, site: str) -> None:
    import requests

    evidence = requests.get(f"{site}/evidence/", timeout=10).text
    assert evidence.count("<tr>") > 100
    assert "koppeling-serve" in requests.get(f"{site}/commands/", timeout=10).text
    assert "assumed" in requests.get(f"{site}/faithful/", timeout=10).text
