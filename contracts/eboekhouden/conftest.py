"""What the promises of e-Boekhouden share: the books, and a mutation that was booked."""

import pytest

from contracts.eboekhouden.books import Books
from contracts.targets import BooksTarget


@pytest.fixture(scope="session")
def books(target: BooksTarget) -> Books:
    """Return the books, with an open session."""
    return Books(target)


@pytest.fixture(autouse=True)
def begun(request: pytest.FixtureRequest) -> None:
    """Let the books, where a promise asks for them, begin its numbers."""
    if "books" in request.fixturenames:
        books: Books = request.getfixturevalue("books")
        books.begin(request.node.get_closest_marker("promise").args[0])
