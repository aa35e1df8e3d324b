"""What of the language `explore` makes up, and what it leaves to the stories of the library: why.

A test computes from the models which steps, settings of steps and choices there are, and demands
that each is either made up or listed here.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, get_args, get_origin

from scenarios.language.steps import STEPS, Step
from scenarios.language.story import Story


def choices() -> frozenset[str]:
    """Return the names of all that a step can be, have or say.

    `edit receipt`, the step; `edit: total`, a setting of one; `fault: happens: refused`, a choice.
    """
    return frozenset(name for step in STEPS.values() for name in _choices_of(step))


def made_up(story: Story) -> frozenset[str]:
    """Return those of `choices` that a story has."""
    return frozenset(name for placed in story.steps for name in _chosen(placed.step))


def _choices_of(step: type[Step]) -> Iterator[str]:
    yield step.word
    for field in _own_fields(step):
        yield _name(step, field)
        for choice in _literals(step, field):
            yield f"{_name(step, field)}: {choice}"


def _chosen(step: Step) -> Iterator[str]:
    """Yield what a step has; one that is a special case of another has what that one has."""
    for kind in STEPS.values():
        if not isinstance(step, kind):
            continue
        yield kind.word
        for field in _own_fields(kind):
            value = getattr(step, field)
            if value in _literals(kind, field):
                yield f"{_name(kind, field)}: {value}"
            elif value == kind.model_fields[field].default:
                continue
            yield _name(kind, field)


def _own_fields(step: type[Step]) -> list[str]:
    """Return the fields of a step but those of any step, or of the step that it is a case of."""
    bases = [base for base in step.__mro__[1:] if issubclass(base, Step)]
    taken = {name for base in bases for name in base.model_fields}
    return [name for name in step.model_fields if name not in taken]


def _name(step: type[Step], field: str) -> str:
    return f"{step.word}: {field.rstrip('_').replace('_', ' ')}"


def _literals(step: type[Step], field: str) -> Sequence[Any]:
    annotation = step.model_fields[field].annotation
    return get_args(annotation) if get_origin(annotation) is Literal else ()


A_PERSONS = "what a person answers depends on what was told, which the judge does not look at"
NUMBERS = "numbers of mutations follow from the order of calls, which trouble changes"
SETTINGS = "the judge knows one link: which settings change what is told by stories, one each"
CODES = "a link that is refused is a person's to repeat"
ONCE_READ = (
    "receipts are booked by the product as it was when it was read, at a moment trouble moves"
)
OLD_NUMBERS = "a number or an id that comes again waits for a person, by what was booked already"
MASTERS = "only what the books hold is judged, and no such record is booked on"
WHERE_BOOKED = "the day that a change was noticed decides, which trouble moves"

NOT_INVENTED: Mapping[str, str] = {
    "answer": A_PERSONS,
    "answer: document": A_PERSONS,
    "answer: booked": A_PERSONS,
    "answer: leave out": A_PERSONS,
    "answer: try again": A_PERSONS,
    "audit: says": A_PERSONS,
    "expect: needs attention": A_PERSONS,
    "expect: needs no attention": A_PERSONS,
    "books: delete": NUMBERS,
    "repost": "what was deleted is reposted, and nothing is deleted",
    "repost: document": "what was deleted is reposted, and nothing is deleted",
    "expect: mutations": NUMBERS,
    "expect: newest": NUMBERS,
    "expect: lines": NUMBERS,
    "expect: open items": "the balance of the debtors and the invoices tell it too",
    "expect: relations": MASTERS,
    "expect: no ledger accounts": MASTERS,
    "books: ledger account": MASTERS,
    "books: relation": MASTERS,
    "ledger account: type: Asset": MASTERS,
    "ledger account: type: Cash": MASTERS,
    "ledger account: type: Expense": MASTERS,
    "ledger account: type: Liability": MASTERS,
    "partner: company": MASTERS,
    "partner: vat number": "only sales inside the EU need one, which the judge does not know",
    "backup": OLD_NUMBERS,
    "restore": OLD_NUMBERS,
    "numbering": OLD_NUMBERS,
    "numbering: next": OLD_NUMBERS,
    "product": ONCE_READ,
    "product: text": ONCE_READ,
    "product: vat": ONCE_READ,
    "product: account": ONCE_READ,
    "edit: date": WHERE_BOOKED,
    "edit: tax lines": "a tax that nobody computed has no rate by which the judge could check it",
    "invoice: as": "the shop's numbers are known",
    "credit note: as": "the shop's numbers are known",
    "credit note: partner": "one with lines of its own is an invoice with its sign changed",
    "credit note: lines": "one with lines of its own is an invoice with its sign changed",
    "invoice: currency": "it waits, and is paid for in no euros that could be judged",
    "invoice: due": "no total tells it",
    "invoice: period": "no total tells it, for the books have the invoice's own date",
    "cash: reason": "no total tells it",
    "close till: counted": "what should be in the till takes all payments of its session",
    "fault: happens: quota reached": "it lasts until the month is over, longer than a history",
    "fault: happens: served twice": "it may end as a double that is named, which no total allows",
    "link: accounts": SETTINGS,
    "link: adopt": SETTINGS,
    "link: corrections: ask": SETTINGS,
    "link: exempt accounts": SETTINGS,
    "link: filed until": SETTINGS,
    "link: ledger accounts: both": SETTINGS,
    "link: taxes": SETTINGS,
    "link: vat period: month": SETTINGS,
    "link: vat period: year": SETTINGS,
    "settings: accounts": SETTINGS,
    "settings: exempt accounts": SETTINGS,
    "settings: filed until": SETTINGS,
    "settings: number prefix": SETTINGS,
    "settings: taxes": SETTINGS,
    "settings: vat period: month": SETTINGS,
    "settings: vat period: year": SETTINGS,
    "link: password": CODES,
    "link: security code 1": CODES,
}
"""Why each of `choices` that is not made up is left out."""
