"""The fake e-Boekhouden equals the model of plain dicts over many more and longer runs."""

from hypothesis import settings

from tests.fakes.eboekhouden.test_state_machine import Books


class ManyBooks(Books):
    """The same acts, under settings of its own."""


TestManyBooks = ManyBooks.TestCase
TestManyBooks.settings = settings(max_examples=600, stateful_step_count=60, deadline=None)
