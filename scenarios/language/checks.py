"""What can be known to be wrong in a story before it runs: names that nothing answers to."""

from collections.abc import Callable, Iterable

from scenarios.language.chart import shop_chart
from scenarios.language.errors import StoryError, nearest_name
from scenarios.language.loader import Source, ValuePath
from scenarios.language.steps import (
    NO_ACCOUNT,
    Books,
    CreditNote,
    Edit,
    Expect,
    Fault,
    Invoice,
    InvoiceReceipt,
    LedgerAccount,
    Link,
    Partner,
    Product,
    Push,
    Receipt,
    SupplierInvoice,
)
from scenarios.language.story import PlacedStep, Story

NAMING_A_PARTNER = (Invoice, CreditNote, SupplierInvoice, Receipt, InvoiceReceipt, Push)

OPERATIONS = (
    "AddFactuur",
    "AddGrootboekrekening",
    "AddMutatie",
    "AddRelatie",
    "AutoLogin",
    "CloseSession",
    "GetAdministraties",
    "GetArtikelen",
    "GetFacturen",
    "GetGrootboekrekeningen",
    "GetKostenplaatsen",
    "GetMutaties",
    "GetOpenPosten",
    "GetRelaties",
    "GetSaldi",
    "GetSaldo",
    "OpenSession",
    "OpenSessionSub",
    "UpdateGrootboekrekening",
    "UpdateRelatie",
)
"""All operations of e-Boekhouden's interface."""


def check(story: Story, source: Source) -> None:
    """Raise `StoryError` at the first name in a story that nothing answers to."""
    for rule in RULES:
        rule(story, source)


def partners_are_known(story: Story, source: Source) -> None:
    """A document is for a partner that is given or was made by a step before it."""
    known = {partner.ref for partner in story.head.given.bizzcloud.partners}
    for placed in story.steps:
        step = placed.step
        if isinstance(step, Partner):
            known.add(step.ref)
        elif isinstance(step, NAMING_A_PARTNER) and step.partner:
            _known(
                source, placed, ("partner",), step.partner, known, "no partner has the reference"
            )


def accounts_are_known(story: Story, source: Source) -> None:
    """A line is on a ledger account that Bizzcloud has, is given, or was made by a step before."""
    given = story.head.given.bizzcloud.ledger_accounts
    known = {*shop_chart(), *(account.code for account in given)}
    only_in_books = {
        account.code for account in story.head.given.eboekhouden.administration.ledger_accounts
    }
    for placed in story.steps:
        step = placed.step
        if isinstance(step, LedgerAccount):
            known.add(step.code)
        elif isinstance(step, Books) and step.ledger_account:
            only_in_books.add(step.ledger_account.code)
        elif isinstance(step, Link) and step.ledger_accounts == "both":
            known |= only_in_books
        elif isinstance(step, Invoice | CreditNote | SupplierInvoice | Receipt | Edit):
            good = {*known, NO_ACCOUNT} if isinstance(step, Receipt) else known
            for position, line in enumerate(step.lines):
                _known(
                    source,
                    placed,
                    ("lines", position, "account"),
                    line.account,
                    good,
                    "Bizzcloud has no ledger account",
                )
        elif isinstance(step, Product) and step.account is not None:
            problem = "Bizzcloud has no ledger account"
            _known(source, placed, ("account",), step.account, known, problem)


def administrations_are_known(story: Story, source: Source) -> None:
    """Books are named by the company of an administration that is given."""
    books = story.head.given.eboekhouden
    known = {books.administration.company, *(one.company for one in books.other_administrations)}
    for placed in story.steps:
        step = placed.step
        if isinstance(step, Link | Books | Expect) and step.administration:
            _known(
                source,
                placed,
                ("administration",),
                step.administration,
                known,
                "no administration is of the company",
            )


def names_are_given_once(story: Story, source: Source) -> None:
    """A name that a story gives to a document (`as`) means one document."""
    given: dict[str, PlacedStep] = {}
    for placed in story.steps:
        name = getattr(placed.step, "as_", None)
        if name is None:
            continue
        if name in given:
            path: ValuePath = ("steps", placed.number - 1, placed.step.word, "as")
            raise StoryError(
                source.place(path),
                f"the name {name!r} is taken by step {given[name].number}; give this one another.",
            )
        given[name] = placed


def operations_are_known(story: Story, source: Source) -> None:
    """A fault is of an operation of e-Boekhouden, or of a model and method of Bizzcloud."""
    for placed in story.steps:
        step = placed.step
        if not isinstance(step, Fault):
            continue
        if step.service == "eboekhouden":
            _known(
                source,
                placed,
                ("operation",),
                step.operation,
                OPERATIONS,
                "e-Boekhouden has no operation",
            )
        elif "." not in step.operation:
            path: ValuePath = ("steps", placed.number - 1, placed.step.word, "operation")
            raise StoryError(
                source.place(path),
                "expected a model and its method as account.invoice.read, or common.authenticate; "
                f"found {step.operation!r}.",
            )


RULES: tuple[Callable[[Story, Source], None], ...] = (
    partners_are_known,
    accounts_are_known,
    administrations_are_known,
    names_are_given_once,
    operations_are_known,
)
"""Each rule looks at a whole story and raises at the first name that it does not know."""


def _known(
    source: Source,
    placed: PlacedStep,
    where: ValuePath,
    found: str,
    good: Iterable[str],
    problem: str,
) -> None:
    good = list(good)
    if found in good:
        return
    path: ValuePath = ("steps", placed.number - 1, placed.step.word, *where)
    hint = ""
    if not good:
        hint = "; the story gives none (given, bizzcloud, partners)"
    elif len(good) <= 12:
        hint = f"; expected {', '.join(sorted(good))}"
    raise StoryError(source.place(path), f"{problem} {found!r}{hint}.", nearest_name(found, good))
