"""The rules of the books: each a small function that refuses, and the id of its evidence.

A rule looks at what is about to be booked or kept and raises `Refused`, in Dutch as the service
would; it changes nothing. The lists at the end are what the books apply, in that order.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Protocol

from fakes.eboekhouden.chart import Category
from fakes.eboekhouden.errors import Error, Refused
from fakes.eboekhouden.records import (
    INVOICE_PAYMENTS,
    INVOICES,
    MONEY,
    SIDES,
    CostCentre,
    Kind,
    LedgerAccount,
    Mutation,
    Relation,
)
from fakes.eboekhouden.settings import Settings
from fakes.eboekhouden.vat import CENT, VAT_CODES, Side


class Books(Protocol):
    """What the rules look at."""

    settings: Settings
    accounts: dict[str, LedgerAccount]
    relations: dict[str, Relation]
    cost_centres: dict[int, CostCentre]

    def closing(self, on: date) -> tuple[date, date] | None:
        """Return the closed period that holds a day, if one does."""
        ...

    def has_sales_invoice(self, number: str) -> bool:
        """Tell whether a sales invoice with this number is in the books."""
        ...


FIRST_DAY = date(1980, 1, 1)
LAST_DAY = date(2049, 12, 31)
LARGEST = Decimal(10) ** 12


def at_most(name: str, text: str, length: int) -> None:
    """Refuse a text that is longer than its field."""
    if len(text) > length:
        raise Refused(
            Error.VALUE_TOO_LONG, f"{name} mag niet langer zijn dan {length} tekens ({len(text)})."
        )


def required(name: str, text: str) -> None:
    """Refuse a field that must be filled and is not."""
    if not text:
        raise Refused(Error.VALUE_MISSING, f"{name} is niet ingevuld.")


def mutation_fields_fit(books: Books, mutation: Mutation) -> None:
    """Each text of a mutation has a greatest length."""
    at_most("Rekening", mutation.account, 10)
    at_most("RelatieCode", mutation.relation, 15)
    at_most("Factuurnummer", mutation.invoice_number, 50)
    at_most("Boekstuk", mutation.document, 50)
    at_most("Omschrijving", mutation.description, 200)
    at_most("Betalingstermijn", mutation.payment_term, 4)
    for line in mutation.lines:
        at_most("TegenrekeningCode", line.counter_account, 10)


def payment_term_is_days(books: Books, mutation: Mutation) -> None:
    """A payment term is a number of days."""
    if mutation.payment_term and not (
        mutation.payment_term.isascii() and mutation.payment_term.isdecimal()
    ):
        raise Refused(
            Error.VALUE_UNKNOWN,
            f"Betalingstermijn {mutation.payment_term!r} is geen aantal dagen.",
        )


def mutation_date_in_range(books: Books, mutation: Mutation) -> None:
    """A mutation is dated between 1980 and 2049."""
    if not FIRST_DAY <= mutation.date <= LAST_DAY:
        raise Refused(
            Error.DATE_OUT_OF_RANGE,
            f"Datum {mutation.date:%d-%m-%Y} ligt niet tussen 01-01-1980 en 31-12-2049.",
        )


def period_is_open(books: Books, mutation: Mutation) -> None:
    """Nothing is booked in a period that the bookkeeper closed."""
    closed = books.closing(mutation.date)
    if closed is not None:
        first, last = closed
        raise Refused(
            Error.PERIOD_CLOSED,
            f"Datum {mutation.date:%d-%m-%Y} ligt in de afgesloten periode "
            f"{first:%d-%m-%Y} t/m {last:%d-%m-%Y}.",
        )


def mutation_has_lines(books: Books, mutation: Mutation) -> None:
    """A mutation has at least one line."""
    if not mutation.lines:
        raise Refused(Error.LINES_MISSING, "De mutatie heeft geen regels.")


def invoice_is_complete(books: Books, mutation: Mutation) -> None:
    """An invoice has a relation, a number, a description and a payment term."""
    if mutation.kind in INVOICES:
        required("RelatieCode", mutation.relation)
        required("Factuurnummer", mutation.invoice_number)
    if mutation.kind is Kind.INVOICE_SENT:
        required("Omschrijving", mutation.description)
        required("Betalingstermijn", mutation.payment_term)


def payment_names_its_invoice(books: Books, mutation: Mutation) -> None:
    """A payment of an invoice says whose and which."""
    if mutation.kind in INVOICE_PAYMENTS:
        required("RelatieCode", mutation.relation)
        required("Factuurnummer", mutation.invoice_number)


def relation_is_known(books: Books, mutation: Mutation) -> None:
    """The relation of a mutation, when it has one, is in the books."""
    if mutation.relation and mutation.relation not in books.relations:
        raise Refused(Error.RELATION_UNKNOWN, f"Relatie met code {mutation.relation} bestaat niet.")


def accounts_are_known(books: Books, mutation: Mutation) -> None:
    """The account and all counter accounts are in the books."""
    required("Rekening", mutation.account)
    for code in [mutation.account, *[line.counter_account for line in mutation.lines]]:
        if code not in books.accounts:
            required("TegenrekeningCode", code)
            raise Refused(Error.ACCOUNT_UNKNOWN, f"Grootboekrekening {code} bestaat niet.")


INVOICE_ACCOUNT = {
    Kind.INVOICE_SENT: Category.DEBTORS,
    Kind.INVOICE_RECEIVED: Category.CREDITORS,
}
SETTLED_ACCOUNT = {
    Kind.INVOICE_PAYMENT_RECEIVED: Category.DEBTORS,
    Kind.INVOICE_PAYMENT_SENT: Category.CREDITORS,
}
OWN_ACCOUNTS_ONLY = frozenset({Category.CASH_AND_BANK, Category.DEBTORS, Category.CREDITORS})


def account_fits_kind(books: Books, mutation: Mutation) -> None:
    """Money and payments go over a FIN account, invoices over debtors or creditors."""
    category = books.accounts[mutation.account].category
    wanted = INVOICE_ACCOUNT.get(mutation.kind)
    if mutation.kind in MONEY or mutation.kind in INVOICE_PAYMENTS:
        wanted = Category.CASH_AND_BANK
    if books.settings.check_accounts and wanted is not None and category is not wanted:
        raise Refused(
            Error.ACCOUNT_UNFIT,
            f"Rekening {mutation.account} heeft categorie {category}; "
            f"een mutatie {mutation.kind} vraagt een rekening van categorie {wanted}.",
        )


def counter_accounts_fit_kind(books: Books, mutation: Mutation) -> None:
    """A counter account is not FIN, DEB or CRED, save what the payment of an invoice settles."""
    if not books.settings.check_accounts or mutation.kind in (Kind.MEMORIAL, Kind.OPENING_BALANCE):
        return
    settled = SETTLED_ACCOUNT.get(mutation.kind)
    for line in mutation.lines:
        category = books.accounts[line.counter_account].category
        if category in OWN_ACCOUNTS_ONLY and category is not settled:
            raise Refused(
                Error.ACCOUNT_UNFIT,
                f"Tegenrekening {line.counter_account} heeft categorie {category}; "
                f"dat kan niet in een mutatie {mutation.kind}.",
            )


def vat_codes_are_known(books: Books, mutation: Mutation) -> None:
    """Every line has a VAT code of the list."""
    for line in mutation.lines:
        required("BTWCode", line.vat_code)
        if line.vat_code not in VAT_CODES:
            raise Refused(Error.VAT_CODE_UNKNOWN, f"BTW-code {line.vat_code} bestaat niet.")


def vat_codes_exist_on_date(books: Books, mutation: Mutation) -> None:
    """A VAT code is used only for the years in which it exists."""
    if not books.settings.check_vat_dates:
        return
    for line in mutation.lines:
        if not VAT_CODES[line.vat_code].exists_on(mutation.date):
            raise Refused(
                Error.VAT_CODE_UNFIT,
                f"BTW-code {line.vat_code} geldt niet op {mutation.date:%d-%m-%Y}.",
            )


def vat_codes_fit_kind(books: Books, mutation: Mutation) -> None:
    """What is sold takes sales codes, what is bought takes purchase codes."""
    wanted = SIDES.get(mutation.kind)
    if not books.settings.check_accounts or wanted is None:
        return
    for line in mutation.lines:
        side = VAT_CODES[line.vat_code].side
        if side is not Side.BOTH and side is not wanted:
            raise Refused(
                Error.VAT_CODE_UNFIT,
                f"BTW-code {line.vat_code} kan niet in een mutatie {mutation.kind}.",
            )


def amounts_are_bookable(books: Books, mutation: Mutation) -> None:
    """No amount is larger than the books can show."""
    for line in mutation.lines:
        for amount in (line.entered, line.excluding_vat, line.vat, line.including_vat):
            if abs(amount) >= LARGEST:
                raise Refused(Error.AMOUNT_TOO_LARGE, "Een bedrag is te groot om te boeken.")


def line_adds_up(books: Books, mutation: Mutation) -> None:
    """Of each line, excluding VAT and VAT make including VAT; a cent may come of rounding."""
    for line in mutation.lines:
        if abs(line.excluding_vat + line.vat - line.including_vat) > CENT:
            raise Refused(
                Error.AMOUNTS_DIFFER,
                f"BedragExclBTW {line.excluding_vat} en BedragBTW {line.vat} zijn samen niet "
                f"BedragInclBTW {line.including_vat}.",
            )


def line_without_vat_has_none(books: Books, mutation: Mutation) -> None:
    """A line with code GEEN carries no VAT."""
    for line in mutation.lines:
        if line.vat_code == "GEEN" and line.vat:
            raise Refused(
                Error.AMOUNTS_DIFFER, f"BTW-code GEEN gaat niet samen met BedragBTW {line.vat}."
            )


def cost_centres_are_known(books: Books, mutation: Mutation) -> None:
    """A line's cost centre is 0 or in the books."""
    for line in mutation.lines:
        if line.cost_centre and line.cost_centre not in books.cost_centres:
            raise Refused(
                Error.COST_CENTRE_UNKNOWN, f"Kostenplaats {line.cost_centre} bestaat niet."
            )


def invoice_number_is_free(books: Books, mutation: Mutation) -> None:
    """A sales invoice's number is not in the books yet, where the settings want that."""
    if (
        books.settings.refuse_used_invoice_numbers
        and mutation.kind is Kind.INVOICE_SENT
        and books.has_sales_invoice(mutation.invoice_number)
    ):
        raise Refused(
            Error.INVOICE_NUMBER_USED, f"Factuurnummer {mutation.invoice_number} bestaat al."
        )


def search_word_fits(word: str) -> None:
    """What relations are searched by has a greatest length (evidence: eb-relation-filter)."""
    at_most("Trefwoord", word, 255)


RELATION_LENGTHS = {
    "Adres": 150,
    "Adres2": 150,
    "Email": 150,
    **dict.fromkeys(("Postcode", "Plaats", "Land", "Telefoon", "GSM", "FAX"), 50),
    **dict.fromkeys(("BTWNummer", "Aanhef", "IBAN", "BIC"), 50),
    **{f"Def{number}": 100 for number in range(1, 11)},
}


def relation_is_complete(books: Books, relation: Relation) -> None:
    """A relation has a code, a name and a kind."""
    required("Code", relation.code)
    required("Bedrijf", relation.company)
    required("BP", relation.kind)


def relation_fields_fit(books: Books, relation: Relation) -> None:
    """Each text of a relation has a greatest length."""
    at_most("Code", relation.code, 15)
    for name, length in RELATION_LENGTHS.items():
        at_most(name, relation.details.get(name, ""), length)


def relation_choices_are_known(books: Books, relation: Relation) -> None:
    """BP is B or P, Geslacht m or v or empty, LA 0 or 1 or empty."""
    choices = (
        ("BP", relation.kind, ("B", "P")),
        ("Geslacht", relation.details.get("Geslacht", ""), ("", "m", "v")),
        ("LA", relation.details.get("LA", ""), ("", "0", "1")),
    )
    for name, value, allowed in choices:
        if value not in allowed:
            wanted = ", ".join(choice for choice in allowed if choice)
            raise Refused(Error.VALUE_UNKNOWN, f"{name} is {value!r}; verwacht: {wanted}.")


EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def relation_email_is_one(books: Books, relation: Relation) -> None:
    """An e-mail address has a name and a domain, where the settings want that."""
    email = relation.details.get("Email", "")
    if books.settings.check_email and email and not EMAIL.fullmatch(email):
        raise Refused(Error.VALUE_UNKNOWN, f"Email {email!r} is geen e-mailadres.")


def relation_code_is_free(books: Books, relation: Relation) -> None:
    """No two relations have one code."""
    other = books.relations.get(relation.code)
    if other is not None and other.id != relation.id:
        raise Refused(Error.RELATION_EXISTS, f"Relatiecode {relation.code} is al in gebruik.")


def account_is_complete(books: Books, account: LedgerAccount) -> None:
    """A ledger account has a code and a description."""
    required("Code", account.code)
    required("Omschrijving", account.description)


def account_fields_fit(books: Books, account: LedgerAccount) -> None:
    """A ledger account's code and description have a greatest length."""
    at_most("Code", account.code, 10)
    at_most("Omschrijving", account.description, 50)


def account_code_is_numeric(books: Books, account: LedgerAccount) -> None:
    """A ledger account's code is digits only, where the settings want that."""
    code = account.code
    if books.settings.numeric_account_codes and not (code.isascii() and code.isdecimal()):
        raise Refused(Error.VALUE_UNKNOWN, f"Code {code!r} bestaat niet alleen uit cijfers.")


def account_code_is_free(books: Books, account: LedgerAccount) -> None:
    """No two ledger accounts have one code."""
    other = books.accounts.get(account.code)
    if other is not None and other.id != account.id:
        raise Refused(Error.ACCOUNT_EXISTS, f"Grootboekrekening {account.code} bestaat al.")


MutationRule = Callable[[Books, Mutation], None]
RelationRule = Callable[[Books, Relation], None]
AccountRule = Callable[[Books, LedgerAccount], None]

MUTATION_RULES: tuple[tuple[str, MutationRule], ...] = (
    ("eb-mutation-lengths", mutation_fields_fit),
    ("eb-payment-term", payment_term_is_days),
    ("eb-mutation-dates", mutation_date_in_range),
    ("eb-closed-period", period_is_open),
    ("eb-mutation-lines", mutation_has_lines),
    ("eb-invoice-required", invoice_is_complete),
    ("eb-payment-required", payment_names_its_invoice),
    ("eb-mutation-relation", relation_is_known),
    ("eb-mutation-accounts", accounts_are_known),
    ("eb-account-category", account_fits_kind),
    ("eb-counter-account-category", counter_accounts_fit_kind),
    ("eb-vat-codes", vat_codes_are_known),
    ("eb-vat-dates", vat_codes_exist_on_date),
    ("eb-vat-side", vat_codes_fit_kind),
    ("eb-amount-limit", amounts_are_bookable),
    ("eb-line-adds-up", line_adds_up),
    ("eb-line-without-vat", line_without_vat_has_none),
    ("eb-cost-centre-known", cost_centres_are_known),
    ("eb-used-invoice-number", invoice_number_is_free),
)
RELATION_RULES: tuple[tuple[str, RelationRule], ...] = (
    ("eb-relation-required", relation_is_complete),
    ("eb-relation-lengths", relation_fields_fit),
    ("eb-relation-choices", relation_choices_are_known),
    ("eb-relation-email", relation_email_is_one),
    ("eb-relation-code-unique", relation_code_is_free),
)
ACCOUNT_RULES: tuple[tuple[str, AccountRule], ...] = (
    ("eb-account-required", account_is_complete),
    ("eb-account-lengths", account_fields_fit),
    ("eb-account-code-numeric", account_code_is_numeric),
    ("eb-account-code-unique", account_code_is_free),
)
