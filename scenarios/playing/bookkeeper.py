"""What the bookkeeper does in e-Boekhouden by hand, and what the books held from the start."""

from collections.abc import Mapping
from decimal import Decimal

from fakes.eboekhouden.chart import Category
from fakes.eboekhouden.errors import Refused
from fakes.eboekhouden.fake import EboekhoudenFake
from fakes.eboekhouden.records import Kind, Mutation, MutationLine, Relation
from scenarios.language.chart import result_accounts, shop_chart
from scenarios.language.given import (
    Administration,
    BookLedgerAccount,
    BookLine,
    BookMutation,
    BookRelation,
)
from scenarios.language.steps import Books
from scenarios.wire.books_reader import KINDS, Credentials

KIND_OF_SCREEN: Mapping[str, Kind] = {screen: Kind(wire) for wire, screen in KINDS.items()}
"""The Soort of each word of the screen."""


class BookkeeperError(Exception):
    """e-Boekhouden said no to what the bookkeeper did; the text is its own."""


class Bookkeeper:
    """The bookkeeper of one administration, which is opened with what a story gives."""

    def __init__(self, fake: EboekhoudenFake, given: Administration) -> None:
        self._fake = fake
        opened = fake.open_administration(
            given.company,
            ledger="empty" if given.ledger == "empty" else "standard",
            next_mutation=given.next_mutation,
        )
        self._books = opened.administration
        self._login = opened.credentials
        if given.ledger == "shop":
            self._ledger_of_the_shop()
        for account in given.ledger_accounts:
            self._ledger_account(account)
        for relation in given.relations:
            self._relation(relation)
        for mutation in given.mutations:
            self._book(mutation)

    def credentials(self, wsdl: str) -> Credentials:
        """Return the words that open these books at an address."""
        login = self._login
        return Credentials(wsdl, login.username, login.security_code_1, login.security_code_2)

    def act(self, step: Books) -> None:
        """Do what a step says. Raises `BookkeeperError` when e-Boekhouden says no."""
        try:
            if step.ledger_account is not None:
                self._ledger_account(step.ledger_account)
            if step.relation is not None:
                self._relation(step.relation)
            if step.close is not None:
                self._books.close_period(*step.close)
            if step.reopen is not None:
                self._books.reopen_period(*step.reopen)
            if step.book is not None:
                self._book(step.book)
            if step.delete:
                self._books.delete(step.delete)
        except Refused as refused:
            raise BookkeeperError(refused.description) from refused

    def _ledger_of_the_shop(self) -> None:
        for code in sorted(shop_chart() - set(self._books.accounts)):
            category = Category.PROFIT_AND_LOSS if code in result_accounts() else Category.BALANCE
            self._books.add_account(code, f"Rekening {code}", category)

    def _ledger_account(self, given: BookLedgerAccount) -> None:
        self._books.add_account(given.code, given.name, Category(given.category))

    def _relation(self, given: BookRelation) -> None:
        details = {"Postcode": given.postcode, "Plaats": given.city, "BTWNummer": given.vat_number}
        self._books.add_relation(
            Relation(
                id=0,
                code=given.code,
                company=given.name,
                kind="B" if given.kind == "company" else "P",
                added=self._fake.clock.now().date(),
                details={name: text for name, text in details.items() if text is not None},
            )
        )

    def _book(self, given: BookMutation) -> None:
        self._books.book(
            Mutation(
                number=0,
                kind=KIND_OF_SCREEN[given.kind],
                date=given.date,
                account=given.account,
                lines=tuple(_line(line) for line in given.lines),
                relation=given.relation or "",
                invoice_number=given.invoice or "",
                description=given.text,
                payment_term="14" if given.kind == "Fact verst" else "",
            )
        )


def _line(given: BookLine) -> MutationLine:
    return MutationLine(
        entered=given.amount,
        excluding_vat=given.amount,
        vat=given.vat,
        including_vat=given.amount + given.vat,
        vat_code=given.vat_code,
        vat_percentage=_percentage(given),
        counter_account=given.account,
    )


def _percentage(given: BookLine) -> Decimal:
    if not given.vat or not given.amount:
        return Decimal(0)
    return (given.vat / given.amount * 100).quantize(Decimal(1))
