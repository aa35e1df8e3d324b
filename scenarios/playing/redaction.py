"""Takes everything secret or personal out of what a report tells of a story.

Each value gets a stand-in of its form, the same wherever it stands: in the calls, in the steps'
sentences, in the tables. Documents' numbers, customers' references, account codes and amounts stay.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from contracts.recording.calls import operation_of
from contracts.recording.recordings import Exchange, Recording, Request, Response
from contracts.redacting.recordings import RecordingRedactor
from contracts.redacting.redaction import Redactor
from contracts.redacting.rules import own_rules
from scenarios.language.given import BookRelation, PartnerFields
from scenarios.language.steps import Books, Expect, Partner
from scenarios.language.story import Story
from scenarios.language.tables import Table
from scenarios.wire.log import WireCall

Known = Mapping[str, Iterable[str]]
"""Values that are secret or personal, by the kind of `contracts.redacting.kinds`."""

_PERSONAL = {
    "name": "name",
    "street": "address",
    "postcode": "postcode",
    "city": "place",
    "email": "email",
    "phone": "telephone",
    "vat_number": "vat",
}
"""The fields of a story's customers and relations, and of which kind each is."""


@dataclass(frozen=True)
class Redaction:
    """What stands in for what in one story."""

    values: RecordingRedactor
    net: Redactor
    """Credentials once more, by another way: also where one is a short word."""

    def text(self, text: str) -> str:
        """Return a text of the report without what is secret or personal."""
        return self.net.text(self.values.text(text))

    def calls(self, calls: Sequence[WireCall]) -> tuple[WireCall, ...]:
        """Return calls with what is secret or personal taken out of their bytes."""
        needed = list(_once_each(call.exchange for call in calls))
        request_of: dict[Request, Request] = {}
        response_of: dict[tuple[str, Response], Response | None] = {}
        for one, made in zip(needed, self.values.recording(Recording(tuple(needed))), strict=True):
            request_of[one.request] = made.request
            if one.response is not None:
                response_of[_answer_key(one.request, one.response)] = made.response
        return tuple(
            replace(
                call,
                operation=operation_of(request_of[call.exchange.request]),
                exchange=replace(
                    call.exchange,
                    request=request_of[call.exchange.request],
                    response=None
                    if call.exchange.response is None
                    else response_of[_answer_key(call.exchange.request, call.exchange.response)],
                ),
            )
            for call in calls
        )


def redaction_of(story: Story, secrets: Known) -> Redaction:
    """Return the redaction of a story, given the credentials of its services.

    The names of the shop's database and of the companies whose books they are stay: a story tells
    them apart by those.
    """
    given = story.head.given
    books = (given.eboekhouden.administration, *given.eboekhouden.other_administrations)
    plain = [given.bizzcloud.instance, *(one.company for one in books)]
    return redaction_of_secrets(secrets, personal_values(story), plain)


def redaction_of_secrets(
    secrets: Known, personal: Iterable[tuple[str, str]] = (), plain: Iterable[str] = ()
) -> Redaction:
    """Return a redaction, given credentials, what is known of people, and what is to stay."""
    known: dict[str, list[str]] = {kind: list(values) for kind, values in secrets.items()}
    for kind, value in personal:
        known.setdefault(kind, []).append(value)
    credentials = [value for values in secrets.values() for value in values]
    return Redaction(RecordingRedactor(known=known, plain=plain), Redactor(credentials))


def personal_values(story: Story) -> Iterator[tuple[str, str]]:
    """Yield what a story itself says of people: kind and value."""
    given = story.head.given
    people: list[PartnerFields | BookRelation] = [*given.bizzcloud.partners]
    eboekhouden = given.eboekhouden
    for books in (eboekhouden.administration, *eboekhouden.other_administrations):
        people += books.relations
    for placed in story.steps:
        if isinstance(placed.step, Expect) and placed.step.relations is not None:
            yield from _in_table(placed.step.relations)
        elif isinstance(placed.step, Partner):
            people.append(placed.step)
        elif isinstance(placed.step, Books) and placed.step.relation is not None:
            people.append(placed.step.relation)
    for person in people:
        for name, kind in _PERSONAL.items():
            value = getattr(person, name, None)
            if value:
                yield kind, value


def _in_table(relations: Table) -> Iterator[tuple[str, str]]:
    """Yield what a table of relations says of people; its headings are the fields of the wire."""
    rules = own_rules()
    for heading in relations.headings:
        kind = rules.kind_of(heading, "")
        if kind is not None:
            yield from ((kind, cell) for cell in relations.column(heading) if cell)


def _once_each(exchanges: Iterable[Exchange]) -> Iterator[Exchange]:
    """Yield as few exchanges as hold each request and each answer at least once."""
    requests: set[Request] = set()
    answers: set[tuple[str, Response]] = set()
    for exchange in exchanges:
        request, response = exchange.request, exchange.response
        key = None if response is None else _answer_key(request, response)
        if key is not None and key not in answers:
            yield exchange
            answers.add(key)
        elif request not in requests:
            yield replace(exchange, response=None)
        requests.add(request)


def _answer_key(request: Request, response: Response) -> tuple[str, Response]:
    return operation_of(request), response
