"""The fake e-Boekhouden equals the model of plain dicts over many more and longer runs."""

import os

from hypothesis import settings

from tests.fakes.eboekhouden.test_state_machine import Books


class ManyBooks(Books):
    """The same acts, under settings of its own."""


RUNS = int(os.environ.get("BOOKS_RUNS", "80"))
"""Each takes a good part of a second; `make proof` asks for many more."""

TestManyBooks = ManyBooks.TestCase
TestManyBooks.settings = settings(max_examples=RUNS, stateful_step_count=60, deadline=None)
