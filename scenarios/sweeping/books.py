"""Reads books for the sweep, over the wire and as plain XML, and says in what two readings differ.

It shares nothing with the coupling, nor with the client library that the coupling uses: bytes are
posted by `requests` and compared as they come back, every field of them.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import requests
from lxml import etree

from scenarios.wire.books_reader import Credentials

NAMESPACE = "http://www.e-boekhouden.nl/soap"
WINDOW = 500
"""The service never gives more than the last 500 mutations of a look."""

KEYS = frozenset({"ID", "MutatieNr", "AddDatum", "Gb_ID"})
"""What the service itself hands out: it tells when something was made, not what."""

MARK_HASH = re.compile(r" #[0-9a-f]{12}$")
"""The end of a mark, made of the moment at which a document came to be, which faults may delay."""


@dataclass(frozen=True)
class BooksState:
    """The lists of one set of books; each row as one text."""

    mutations: Mapping[int, str]
    relations: Sequence[str]
    ledger_accounts: Sequence[str]

    @classmethod
    def from_json(cls, value: Mapping[str, object]) -> "BooksState":
        """Return what `as_json` gave."""
        mutations, relations, accounts = (
            value[name] for name in ("mutations", "relations", "ledger_accounts")
        )
        assert isinstance(mutations, dict)
        assert isinstance(relations, list)
        assert isinstance(accounts, list)
        return cls({int(number): row for number, row in mutations.items()}, relations, accounts)

    def as_json(self) -> Mapping[str, object]:
        """Return the lists as what JSON can hold."""
        return {
            "mutations": {str(number): row for number, row in self.mutations.items()},
            "relations": list(self.relations),
            "ledger_accounts": list(self.ledger_accounts),
        }


class UnreadableBooks(Exception):
    """The service did not give a list that a bookkeeper would get."""


def read_books(session: requests.Session, credentials: Credentials) -> BooksState:
    """Return all mutations, relations and ledger accounts; raises UnreadableBooks."""
    address = credentials.wsdl.partition("?")[0]
    opened = _ask(
        session,
        address,
        "OpenSession",
        _field("Username", credentials.username)
        + _field("SecurityCode1", credentials.security_code_1)
        + _field("SecurityCode2", credentials.security_code_2)
        + _field("Source", "koppeling-sweep"),
    )
    token = opened.findtext(f".//{{{NAMESPACE}}}SessionID")
    words = _field("SessionID", token or "") + _field("SecurityCode2", credentials.security_code_2)

    def rows(operation: str, filters: str, name: str) -> list[etree._Element]:
        answer = _ask(session, address, operation, f"{words}<cFilter>{filters}</cFilter>")
        return list(answer.iter(f"{{{NAMESPACE}}}{name}"))

    def mutations(first: int, last: int) -> dict[int, str]:
        filters = (
            f"<MutatieNr>0</MutatieNr><MutatieNrVan>{first}</MutatieNrVan>"
            f"<MutatieNrTm>{last}</MutatieNrTm><DatumVan>1980-01-01T00:00:00</DatumVan>"
            "<DatumTm>2049-12-31T00:00:00</DatumTm>"
        )
        return {
            int(row.findtext(f"{{{NAMESPACE}}}MutatieNr") or 0): _text(row)
            for row in rows("GetMutaties", filters, "cMutatieList")
        }

    found = mutations(0, 0)
    if len(found) >= WINDOW:
        for first in range(1, max(found) + 1, WINDOW):
            found |= mutations(first, first + WINDOW - 1)
    relations = rows("GetRelaties", "<ID>0</ID>", "cRelatie")
    accounts = rows("GetGrootboekrekeningen", "<ID>0</ID>", "cGrootboekrekening")
    return BooksState(
        found, sorted(_text(row) for row in relations), sorted(_text(row) for row in accounts)
    )


def differences(expected: BooksState, found: BooksState) -> Iterator[str]:
    """Yield in what books differ from the expected ones, each as a sentence.

    The mutations must be the same and the numbers must be the same; a booking that had to wait may
    have changed places with another of its round.
    """
    yield from _rows("mutation", expected.mutations.values(), found.mutations.values())
    if sorted(expected.mutations) != sorted(found.mutations):
        yield f"numbers {sorted(found.mutations)} instead of {sorted(expected.mutations)}"
    yield from _masters(expected, found)


def differences_but_doubles(
    expected: BooksState, found: BooksState, doubles: Iterable[Sequence[int]]
) -> Iterator[str]:
    """Yield in what books differ beside the doubles that were named, each by its numbers."""
    left = Counter(found.mutations.values())
    for numbers in doubles:
        rows = {found.mutations.get(number, "") for number in numbers}
        if len(numbers) < 2 or len(rows) != 1 or not all(rows):
            yield f"{list(numbers)} is called a double and is none"
            continue
        left[rows.pop()] -= len(numbers) - 1
    yield from _rows("mutation", expected.mutations.values(), left.elements())
    yield from _masters(expected, found)


def _masters(expected: BooksState, found: BooksState) -> Iterator[str]:
    yield from _rows("relation", expected.relations, found.relations)
    yield from _rows("ledger account", expected.ledger_accounts, found.ledger_accounts)


def _rows(what: str, expected: Iterable[str], found: Iterable[str]) -> Iterator[str]:
    wanted, held = Counter(expected), Counter(found)
    for row, number in (wanted - held).items():
        yield f"{what} missing{_times(number)}: {row}"
    for row, number in (held - wanted).items():
        yield f"{what} too many{_times(number)}: {row}"


def _times(number: int) -> str:
    return f" {number} times" if number > 1 else ""


def _field(name: str, value: str) -> str:
    return f"<{name}>{escape(value)}</{name}>"


def _ask(session: requests.Session, address: str, operation: str, body: str) -> etree._Element:
    envelope = (
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
        f'<{operation} xmlns="{NAMESPACE}">{body}</{operation}></soap:Body></soap:Envelope>'
    )
    headers = {
        "Content-Type": "text/xml; charset=utf-8",
        "SOAPAction": f'"{NAMESPACE}/{operation}"',
    }
    answer = session.post(address, data=envelope.encode(), headers=headers, timeout=30)
    root = etree.fromstring(answer.content, etree.XMLParser(resolve_entities=False))
    refused = root.findtext(f".//{{{NAMESPACE}}}LastErrorCode")
    if answer.status_code != 200 or refused:
        raise UnreadableBooks(f"{operation} was answered with {refused or answer.status_code}")
    return root


def _text(row: etree._Element) -> str:
    """Return a row as a text, without what tells only when it was made."""
    return " ".join(_parts(row))


def _parts(row: etree._Element) -> Iterator[str]:
    for field in row:
        name = etree.QName(field).localname
        if len(field):
            yield f"({' '.join(_parts(field))})"
        elif field.text and name not in KEYS:
            value = MARK_HASH.sub("", field.text) if name == "Boekstuk" else field.text
            yield f"{name}={value}"
