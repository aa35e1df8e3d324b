"""Keeps the journal: postings, and which relation stands for which partner."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import and_, bindparam, delete, func, insert, select, update
from sqlalchemy.engine import RowMapping

from sync_core.adapters import schema
from sync_core.adapters.rows import Rows, to_json, where_equal
from sync_core.bookings import Mutation, Relation
from sync_core.documents import DocumentKey, Model
from sync_core.effects import Binding
from sync_core.journal import MAY_BE_IN_THE_BOOKS, Answer, Facts, Posting, PostingState, Reason
from sync_core.link import Link

_mutations = TypeAdapter(Mutation)
_relations = TypeAdapter(Relation)
_reasons = TypeAdapter(Reason)
_answers = TypeAdapter(Answer)
_facts = TypeAdapter(Facts)
_numbers = TypeAdapter(tuple[int, ...])


_RECORD = ("books", "database", "company", "model", "record")
_PARTNER = ("books", "database", "company", "record", "created")
_OF_DOCUMENT = (
    select(schema.postings)
    .where(where_equal(schema.postings, *_RECORD, "created"))
    .order_by(schema.postings.c.id)
)
_OF_RECORD = select(schema.postings.c.created).where(where_equal(schema.postings, *_RECORD))
_WITH_LABEL = select(schema.postings).where(where_equal(schema.postings, "books", "label"))
_NEW_POSTING = insert(schema.postings)
_CHANGED_POSTING = update(schema.postings).where(schema.postings.c.id == bindparam("posting"))
_OF_PARTNER = select(schema.bindings).where(where_equal(schema.bindings, *_PARTNER))
_OF_LINK = where_equal(schema.postings, "books", "database", "company")
_IN_STATES = (
    select(schema.postings)
    .where(and_(_OF_LINK, schema.postings.c.state.in_(bindparam("states", expanding=True))))
    .order_by(schema.postings.c.id)
)
_LABELLED = (
    select(schema.postings)
    .where(and_(_OF_LINK, where_equal(schema.postings, "label")))
    .order_by(schema.postings.c.id)
)
_STATES = (
    select(schema.postings.c.state, func.count().label("number"))
    .where(_OF_LINK)
    .group_by(schema.postings.c.state)
)
_DOCUMENTS_IN_STATES = (
    select(*(schema.postings.c[name] for name in (*_RECORD[1:], "created")))
    .where(and_(_OF_LINK, schema.postings.c.state.in_(bindparam("states", expanding=True))))
    .distinct()
)
_WITH_NUMBERS = select(schema.postings.c.number, schema.postings.c.id).where(
    and_(
        where_equal(schema.postings, "books"),
        schema.postings.c.number.in_(bindparam("numbers", expanding=True)),
    )
)
_WITH_CODE = select(schema.bindings).where(where_equal(schema.bindings, "books", "code"))
_DROP_BINDING = delete(schema.bindings).where(where_equal(schema.bindings, *_PARTNER))
_NEW_BINDING = insert(schema.bindings)


class JournalRows(Rows):
    """Postings and bindings, by the books that they belong to."""

    def postings(self, books: str, document: DocumentKey) -> Sequence[Posting]:
        """Return the postings of a document in a set of books, oldest revision first."""
        rows = self._rows(_OF_DOCUMENT, books=books, **_columns(document))
        return [_posting(row) for row in rows]

    def postings_in(self, link: Link, states: Iterable[PostingState]) -> Sequence[Posting]:
        """Return the postings of a link that are in one of these states."""
        wanted = [state.value for state in states]
        return [_posting(row) for row in self._rows(_IN_STATES, **_of(link), states=wanted)]

    def documents_in(self, link: Link, states: Iterable[PostingState]) -> Sequence[DocumentKey]:
        """Return the documents of a link that have postings in one of these states, in order."""
        wanted = [state.value for state in states]
        rows = self._rows(_DOCUMENTS_IN_STATES, **_of(link), states=wanted)
        return sorted(_key(row, row["model"]) for row in rows)

    def labelled(self, link: Link, label: str) -> Sequence[Posting]:
        """Return the postings of a link's document with this number, oldest first."""
        return [_posting(row) for row in self._rows(_LABELLED, **_of(link), label=label)]

    def states(self, link: Link) -> Mapping[str, int]:
        """Return how many postings of a link are in each state."""
        return {row["state"]: row["number"] for row in self._rows(_STATES, **_of(link))}

    def earlier_identities(self, books: str, document: DocumentKey) -> Sequence[DocumentKey]:
        """Return documents with the same id and another create date that have postings here."""
        rows = self._rows(_OF_RECORD, books=books, **_columns(document))
        created = {row["created"] for row in rows} - {document.created}
        return [replace(document, created=each) for each in sorted(created)]

    def save_posting(self, posting: Posting) -> Posting:
        """Keep a posting; a new one gets its id."""
        values = _posting_values(posting)
        with self._engine.begin() as connection:
            if posting.id is None:
                made = connection.execute(_NEW_POSTING, values)
                return replace(posting, id=int(made.inserted_primary_key[0]))  # type: ignore[index]
            connection.execute(_CHANGED_POSTING, {**values, "posting": posting.id})
            return posting

    def taken(self, numbers: Sequence[int], besides: Posting) -> frozenset[int]:
        """Return which of these mutation numbers other postings have as theirs."""
        rows = self._rows(_WITH_NUMBERS, books=besides.books, numbers=numbers)
        return frozenset(row["number"] for row in rows if row["id"] != besides.id)

    def number_used_by(self, posting: Posting) -> Posting | None:
        """Return a posting of another document that has the same invoice number, if one has."""
        assert posting.mutation is not None
        number = posting.mutation.invoice_number
        for row in self._rows(_WITH_LABEL, books=posting.books, label=posting.label):
            other = _posting(row)
            is_theirs = other.document != posting.document and other.state in MAY_BE_IN_THE_BOOKS
            if is_theirs and other.mutation and other.mutation.invoice_number == number:
                return other
        return None

    def binding(self, books: str, partner: DocumentKey) -> Binding | None:
        """Return which relation stands for a partner, None when it never had one."""
        rows = self._rows(_OF_PARTNER, books=books, **_partner_columns(partner))
        return _binding(rows[0]) if rows else None

    def claimed_by(self, books: str, code: str) -> DocumentKey | None:
        """Return the partner that has this relation code, None when no partner has."""
        rows = self._rows(_WITH_CODE, books=books, code=code)
        return _binding(rows[0]).partner if rows else None

    def save_binding(self, books: str, binding: Binding) -> None:
        """Keep a binding."""
        partner = {"books": books, **_partner_columns(binding.partner)}
        written = to_json(_relations, binding.written)
        with self._engine.begin() as connection:
            connection.execute(_DROP_BINDING, partner)
            connection.execute(_NEW_BINDING, {**partner, "code": binding.code, "written": written})


def _posting_values(posting: Posting) -> dict[str, Any]:
    return {
        "books": posting.books,
        **_columns(posting.document),
        "part": posting.part,
        "revision": posting.revision,
        "state": posting.state.value,
        "label": posting.label,
        "mutation": to_json(_mutations, posting.mutation),
        "reason": to_json(_reasons, posting.reason),
        "number": posting.number,
        "numbers": _numbers.dump_json(posting.numbers).decode(),
        "highest_before": posting.highest_before,
        "unknown_since": posting.unknown_since,
        "absences": posting.absences,
        "looked": posting.looked,
        "attempts": posting.attempts,
        "waiting_since": posting.waiting_since,
        "wanted": posting.wanted,
        "answer": to_json(_answers, posting.answer),
        "facts": to_json(_facts, posting.facts),
        "changed": posting.changed,
    }


def _posting(row: RowMapping) -> Posting:
    return Posting(
        books=row["books"],
        document=_key(row, row["model"]),
        part=row["part"],
        revision=row["revision"],
        state=PostingState(row["state"]),
        mutation=None if row["mutation"] is None else _mutations.validate_json(row["mutation"]),
        label=row["label"],
        changed=row["changed"],
        reason=None if row["reason"] is None else _reasons.validate_json(row["reason"]),
        number=row["number"],
        numbers=_numbers.validate_json(row["numbers"]),
        highest_before=row["highest_before"],
        unknown_since=row["unknown_since"],
        absences=row["absences"],
        looked=row["looked"],
        attempts=row["attempts"],
        waiting_since=row["waiting_since"],
        wanted=row["wanted"],
        answer=None if row["answer"] is None else _answers.validate_json(row["answer"]),
        facts=None if row["facts"] is None else _facts.validate_json(row["facts"]),
        id=row["id"],
    )


def _key(row: RowMapping, model: Model) -> DocumentKey:
    return DocumentKey(row["database"], row["company"], model, row["record"], row["created"])


def _of(link: Link) -> dict[str, Any]:
    return {"books": link.books, "database": link.database, "company": link.company}


def _columns(document: DocumentKey) -> dict[str, Any]:
    return {
        "database": document.database,
        "company": document.company,
        "model": document.model,
        "record": document.id,
        "created": document.created,
    }


def _partner_columns(partner: DocumentKey) -> dict[str, Any]:
    columns = _columns(partner)
    del columns["model"]
    return columns


def _binding(row: RowMapping) -> Binding:
    return Binding(
        partner=_key(row, "res.partner"),
        code=row["code"],
        written=None if row["written"] is None else _relations.validate_json(row["written"]),
    )
