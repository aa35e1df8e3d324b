"""Every block of every page works, and every page has its place in the site."""

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.docs.blocks import DOCS, ROOT, Reader, blocks

OWN_TESTS = {
    "partner.md": "test_partner.py",
    "recordings.md": "test_recordings_page.py",
    "outside-coupling.md": "test_outside_coupling_page.py",
}
"""Pages that need more around them than a folder, and the test that follows each."""

PAGES = sorted(DOCS.rglob("*.md"))


@pytest.mark.parametrize(
    "page", [one for one in PAGES if one.name not in OWN_TESTS], ids=lambda page: page.name
)
def test_every_block_of_the_page_works(page: Path, tmp_path: Path) -> None:
    Reader(page, tmp_path).follow()


@pytest.mark.parametrize(("page", "test"), OWN_TESTS.items())
def test_a_page_that_is_followed_elsewhere_is_followed_there(page: str, test: str) -> None:
    assert blocks(DOCS / page)
    assert page in (Path(__file__).parent / test).read_text("utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_block_hides_behind_an_indent(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)

    assert re.findall(r"\n\n    [^\s*\d-].*", text) == []
    assert "```" not in text


def test_every_page_is_in_the_navigation() -> None:
    settings = YAML(typ="safe").load(
        re.sub(r"!!python/\S+", "", (ROOT / "mkdocs.yml").read_text("utf-8"))
    )

    assert sorted(_pages(settings["nav"])) == [str(page.relative_to(DOCS)) for page in PAGES]


def _pages(nav: Any) -> list[str]:
    if isinstance(nav, str):
        return [nav]
    items = nav.values() if isinstance(nav, dict) else nav
    return [page for item in items for page in _pages(item)]


@pytest.mark.parametrize("page", [ROOT / "README.md", *PAGES], ids=lambda page: page.name)
def test_each_picture_and_page_that_is_linked_is_there(page: Path) -> None:
    for name in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text("utf-8")):
        assert (page.parent / name).exists(), name
