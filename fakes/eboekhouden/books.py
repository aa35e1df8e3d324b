"""An administration: its ledger accounts, relations, mutations and invoices, and their rules.

Pure: no wire, no clock, no session. What is refused raises `errors.Refused` and leaves the books
as they were. The bookkeeper's own acts (booking by hand, deleting, closing a period, adding a FIN
account) are methods here too; the pages call them as the SOAP service calls the others.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from fakes.eboekhouden.chart import OVER_SOAP, STANDARD, SYSTEM, Category
from fakes.eboekhouden.errors import Error, Refused
from fakes.eboekhouden.ledger import Balances, OpenItems, entries
from fakes.eboekhouden.mutation_list import MutationList
from fakes.eboekhouden.records import (
    Article,
    CostCentre,
    Invoice,
    InvoiceLine,
    Kind,
    LedgerAccount,
    Mutation,
    MutationLine,
    OpenItem,
    Relation,
)
from fakes.eboekhouden.rules import ACCOUNT_RULES, MUTATION_RULES, RELATION_RULES
from fakes.eboekhouden.settings import Settings
from fakes.eboekhouden.vat import VAT_CODES, Side, cents, vat_in, vat_on

CHARTS = {"standard": STANDARD, "empty": SYSTEM}
MOST_MUTATIONS = 500
SYSTEM_CATEGORIES = frozenset(category for _, _, category in SYSTEM)


class Administration:
    """The books of one company.

    `ledger` is the chart to begin with ("standard" or "empty"), `next_mutation` the number that the
    next mutation gets.
    """

    def __init__(
        self,
        company: str,
        guid: str,
        settings: Settings | None = None,
        *,
        ledger: str = "standard",
        next_mutation: int = 1,
        city: str = "",
        first_year: int = 2017,
    ) -> None:
        if ledger not in CHARTS:
            raise ValueError(f"there is no ledger {ledger!r}; there are: {', '.join(CHARTS)}")
        self.company = company
        self.guid = guid
        self.city = city
        self.first_year = first_year
        self.settings = settings or Settings()
        self.next_mutation = next_mutation
        self.accounts: dict[str, LedgerAccount] = {}
        self.relations: dict[str, Relation] = {}
        self.invoices: dict[str, Invoice] = {}
        self.cost_centres: dict[int, CostCentre] = {}
        self.articles: dict[int, Article] = {}
        self._mutations = MutationList()
        self._system_accounts: dict[Category, str] = {}
        self._closed: list[tuple[date, date]] = []
        self._balances = Balances()
        self._open_items = OpenItems()
        self._last_id = 0
        for code, description, category in sorted(CHARTS[ledger]):
            self._keep_account(LedgerAccount(self._new_id(), code, description, category))

    # Ledger accounts

    def add_account(
        self, code: str, description: str, category: Category, group: str = ""
    ) -> LedgerAccount:
        """Add a ledger account of any category, as the bookkeeper can; raises Refused."""
        account = LedgerAccount(0, code, description, category, group)
        for _, rule in ACCOUNT_RULES:
            rule(self, account)
        account = replace(account, id=self._new_id())
        self._keep_account(account)
        return account

    def update_account(self, account: LedgerAccount) -> None:
        """Change the account that has this id; raises Refused."""
        old = next((kept for kept in self.accounts.values() if kept.id == account.id), None)
        if old is None:
            raise Refused(Error.ACCOUNT_UNKNOWN, "Deze grootboekrekening bestaat niet.")
        for _, rule in ACCOUNT_RULES:
            rule(self, account)
        if old.code != account.code:
            self._refuse_renaming(old)
        if old.category is not account.category:
            _refuse_regrouping(old, account)
        del self.accounts[old.code]
        self._keep_account(account)

    def _refuse_renaming(self, account: LedgerAccount) -> None:
        if self._balances.used(account.code):
            reason = "daarop is geboekt"
        elif account.code in self._system_accounts.values():
            reason = "daarop boekt de administratie zelf"
        else:
            return
        raise Refused(
            Error.ACCOUNT_UNFIT,
            f"Grootboekrekening {account.code} houdt haar code: {reason}.",
        )

    def _keep_account(self, account: LedgerAccount) -> None:
        self.accounts[account.code] = account
        # The oldest of each category, so that an account that is added moves no booking.
        self._system_accounts = {
            kept.category: kept.code
            for kept in sorted(self.accounts.values(), key=lambda kept: kept.id, reverse=True)
            if kept.category in SYSTEM_CATEGORIES
        }

    # Relations

    def add_relation(self, relation: Relation) -> Relation:
        """Add a relation; its id is given here. Raises Refused."""
        for _, rule in RELATION_RULES:
            rule(self, relation)
        relation = replace(relation, id=self._new_id())
        self.relations[relation.code] = relation
        return relation

    def relation_with_id(self, number: int) -> Relation | None:
        """Return the relation with this id, None when there is none."""
        return next((kept for kept in self.relations.values() if kept.id == number), None)

    def find_relations(self, word: str = "", code: str = "", number: int = 0) -> list[Relation]:
        """Return the relations that pass all filters; "" and 0 do not filter.

        `word` is looked for in every text of a relation, whatever its case.
        """
        sought = word.casefold()
        return [
            kept
            for kept in self.relations.values()
            if (not code or kept.code == code)
            and (not number or kept.id == number)
            and (
                not sought
                or any(
                    sought in text.casefold()
                    for text in (kept.code, kept.company, *kept.details.values())
                )
            )
        ]

    def update_relation(self, relation: Relation) -> None:
        """Replace the relation that has this id; raises Refused."""
        old = self.relation_with_id(relation.id)
        if old is None:
            raise Refused(Error.RELATION_UNKNOWN, "Deze relatie bestaat niet.")
        for _, rule in RELATION_RULES:
            rule(self, relation)
        if old.code != relation.code:
            self._refuse_recoding(old)
        del self.relations[old.code]
        self.relations[relation.code] = relation

    def _refuse_recoding(self, relation: Relation) -> None:
        if self._mutations.with_relation(relation.code) or any(
            invoice.relation == relation.code for invoice in self.invoices.values()
        ):
            raise Refused(
                Error.RELATION_EXISTS,
                f"Op relatie {relation.code} is geboekt; de code kan niet veranderen.",
            )

    # Mutations

    def book(self, draft: Mutation) -> Mutation:
        """Book a mutation under the next number; the draft's own number is ignored.

        Returns the mutation as it is in the books. Raises Refused, and then books nothing.
        """
        mutation = self._numbered(draft)
        for _, rule in MUTATION_RULES:
            rule(self, mutation)
        booked = entries(mutation, self._system_accounts)
        self.next_mutation += 1
        self._mutations.add(mutation)
        self._balances.add(mutation.date, booked)
        self._open_items.add(mutation)
        return mutation

    def delete(self, numbers: Iterable[int]) -> None:
        """Delete mutations, as the bookkeeper does in the pages; their numbers stay unused.

        Raises Refused when one lies in a closed period, KeyError when there is no such number;
        then none is deleted.
        """
        found = [self._mutations[number] for number in dict.fromkeys(numbers)]
        for mutation in found:
            closed = self.closing(mutation.date)
            if closed is not None:
                raise Refused(
                    Error.PERIOD_CLOSED,
                    f"Mutatie {mutation.number} ligt in een afgesloten periode.",
                )
        for mutation in found:
            self._mutations.remove(mutation)
            self._balances.add(mutation.date, entries(mutation, self._system_accounts), times=-1)
            self._open_items.add(mutation, times=-1)

    def mutation(self, number: int) -> Mutation | None:
        """Return one mutation, None when there is none with this number."""
        return self._mutations.get(number)

    @property
    def mutations(self) -> list[Mutation]:
        """All mutations, lowest number first."""
        return self._mutations.all()

    def find_mutations(
        self,
        *,
        number: int = 0,
        first_number: int = 0,
        last_number: int = 0,
        invoice_number: str = "",
        first_day: date | None = None,
        last_day: date | None = None,
        most: int = MOST_MUTATIONS,
    ) -> list[Mutation]:
        """Return the last mutations that pass all filters, lowest number first.

        0, "" and None do not filter; both ends of a range are included.
        """
        return self._mutations.find(
            most=most,
            number=number,
            first_number=first_number,
            last_number=last_number,
            invoice_number=invoice_number,
            first_day=first_day,
            last_day=last_day,
        )

    def has_sales_invoice(self, number: str) -> bool:
        """Tell whether a sales invoice with this number is in the books."""
        return self._mutations.has_sales_invoice(number)

    def _numbered(self, draft: Mutation) -> Mutation:
        """Give a draft the next number, and fill in the VAT of its lines where that is wanted."""
        lines = tuple([self._line_with_vat(line, draft) for line in draft.lines])
        return draft._replace(number=self.next_mutation, lines=lines)

    def _line_with_vat(self, line: MutationLine, mutation: Mutation) -> MutationLine:
        code = VAT_CODES.get(line.vat_code)
        if code is None:
            return line
        fixed = code.percentage(mutation.date)
        rate = line.vat_percentage if fixed is None else fixed
        if not line.vat_percentage and rate:
            line = line._replace(vat_percentage=rate)
        nothing_but_entered = not (line.excluding_vat or line.vat or line.including_vat)
        recompute = self.settings.recompute_vat and fixed is not None
        if not line.entered or not (nothing_but_entered or recompute):
            return line
        if mutation.entered_with_vat:
            vat = vat_in(line.entered, rate)
            return line._replace(
                including_vat=line.entered, vat=vat, excluding_vat=line.entered - vat
            )
        vat = vat_on(line.entered, rate)
        return line._replace(excluding_vat=line.entered, vat=vat, including_vat=line.entered + vat)

    # Closed periods

    def close_period(self, first: date, last: date) -> None:
        """Close the days from `first` to `last`, both included; ValueError when turned round."""
        if last < first:
            raise ValueError(f"a period cannot end ({last}) before it begins ({first})")
        self._closed.append((first, last))

    def reopen_period(self, first: date, last: date) -> None:
        """Open every closed period that touches these days."""
        self._closed = [(start, end) for start, end in self._closed if end < first or last < start]

    def closing(self, on: date) -> tuple[date, date] | None:
        """Return the closed period that holds a day, None when the day is open."""
        return next(((start, end) for start, end in self._closed if start <= on <= end), None)

    # Invoices made in e-Boekhouden itself

    def add_invoice(self, invoice: Invoice, *, booked: bool, description: str = "") -> Invoice:
        """Keep an invoice made here and, when `booked`, book it on debtors. Raises Refused.

        Its amounts are computed from its lines. Without a number it gets the next free one of its
        year.
        """
        number = invoice.number or self._next_invoice_number(invoice.date.year)
        if number in self.invoices:
            raise Refused(Error.INVOICE_NUMBER_USED, f"Factuurnummer {number} bestaat al.")
        lines = tuple(self._booked_line(line, invoice.date) for line in invoice.lines)
        mutation = Mutation(
            0,
            Kind.INVOICE_SENT,
            invoice.date,
            self._system_accounts[Category.DEBTORS],
            lines,
            relation=invoice.relation,
            invoice_number=number,
            description=description or f"Factuur {number}",
            payment_term=str(invoice.payment_term),
        )
        for _, rule in MUTATION_RULES:
            rule(self, mutation)
        kept = replace(
            invoice,
            number=number,
            excluding_vat=sum((line.excluding_vat for line in lines), Decimal("0.00")),
            vat=sum((line.vat for line in lines), Decimal("0.00")),
            mutation=self.book(mutation).number if booked else 0,
        )
        self.invoices[number] = kept
        return kept

    def open_on_invoice(self, invoice: Invoice) -> Decimal:
        """Return what is still to be paid on an invoice made here."""
        if self._mutations.get(invoice.mutation) is None:  # it was not booked, or no longer is
            return invoice.total
        return self._open_items.open_of(Side.SALE, invoice.relation, invoice.number)

    def _next_invoice_number(self, year: int) -> str:
        place = 1 + sum(1 for number in self.invoices if number.startswith(f"{year}"))
        while True:
            number = f"{year}{place:04d}"
            if number not in self.invoices and not self.has_sales_invoice(number):
                return number
            place += 1

    def _booked_line(self, line: InvoiceLine, on: date) -> MutationLine:
        amount = cents(line.quantity * line.price)
        code = VAT_CODES.get(line.vat_code)
        rate = (code.percentage(on) if code else None) or Decimal(0)
        vat = vat_on(amount, rate)
        return MutationLine(
            amount,
            amount,
            vat,
            amount + vat,
            line.vat_code,
            rate,
            line.counter_account,
            line.cost_centre,
        )

    # Cost centres and articles, which the bookkeeper alone can add

    def add_cost_centre(self, description: str, parent: int = 0) -> CostCentre:
        """Add a cost centre, under another one when `parent` names it; raises Refused."""
        if parent and parent not in self.cost_centres:
            raise Refused(Error.COST_CENTRE_UNKNOWN, f"Kostenplaats {parent} bestaat niet.")
        made = CostCentre(self._new_id(), description, parent)
        self.cost_centres[made.id] = made
        return made

    def add_article(self, article: Article) -> Article:
        """Add an article to the price list; its id is given here."""
        made = replace(article, id=self._new_id())
        self.articles[made.id] = made
        return made

    # What follows from the mutations

    def balance(
        self, code: str, first: date | None = None, last: date | None = None, cost_centre: int = 0
    ) -> Decimal:
        """Return the balance of an account, debit positive; raises Refused when unknown."""
        if code not in self.accounts:
            raise Refused(Error.ACCOUNT_UNKNOWN, f"Grootboekrekening {code} bestaat niet.")
        return self._balances.between(code, first, last, cost_centre)

    def open_items(self, side: Side) -> list[OpenItem]:
        """Return what debtors (SALE) or creditors (PURCHASE) have open, oldest first."""
        return self._open_items.of(side)

    def _new_id(self) -> int:
        self._last_id += 1
        return self._last_id


def _refuse_regrouping(old: LedgerAccount, new: LedgerAccount) -> None:
    """Refuse to change a category, save between the two that a caller may give."""
    if not {old.category, new.category} <= OVER_SOAP:
        raise Refused(
            Error.ACCOUNT_UNFIT,
            f"Grootboekrekening {old.code} heeft categorie {old.category}; "
            f"dat kan niet {new.category} worden.",
        )
