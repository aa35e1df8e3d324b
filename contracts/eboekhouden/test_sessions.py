"""Promises about opening and closing sessions."""

import re
from datetime import timedelta

import pytest

from contracts.eboekhouden.books import Books
from contracts.suite.expect import broken, same, true
from contracts.targets import BooksTarget, open_session

UNKNOWN = "00000000-0000-0000-0000-000000000000"


def _login(target: BooksTarget, **other: str | None) -> dict[str, str | None]:
    return {
        "Username": target.username,
        "SecurityCode1": target.security_code_1,
        "SecurityCode2": target.security_code_2,
        "Source": target.source,
        **other,
    }


def _code_in(books: Books, session: str, code_2: str | None = None) -> str:
    code_2 = code_2 or books.target.security_code_2
    fields = {"SessionID": session, "SecurityCode2": code_2, "cFilter": {"ID": 0}}
    return books.target.client.send("GetGrootboekrekeningen", fields).code


@pytest.mark.promise("eb-session")
def test_a_session_carries_every_other_call(books: Books) -> None:
    true(bool(books.session), "OpenSession gave no SessionID")
    same(_code_in(books, books.session), "", "the code of a call in the session")


@pytest.mark.promise("eb-session-source")
def test_source_may_be_absent(target: BooksTarget) -> None:
    reply = target.client.send("OpenSession", _login(target, Source=None))
    true(bool(reply.text("SessionID")), f"no session without Source: {reply.code or reply.fault}")
    target.client.send("CloseSession", {"SessionID": reply.text("SessionID")})


@pytest.mark.promise("eb-session-many")
def test_several_sessions_are_open_at_once(books: Books) -> None:
    other = open_session(books.target)
    same(_code_in(books, other), "", "the code of a call in the second session")
    same(_code_in(books, books.session), "", "the code of a call in the first session")
    books.target.client.send("CloseSession", {"SessionID": other})


@pytest.mark.promise("eb-close-session")
def test_closing_answers_nothing_whether_open_or_not(books: Books) -> None:
    session = open_session(books.target)
    for which in ("an open", "a closed"):
        reply = books.target.client.send("CloseSession", {"SessionID": session})
        same((reply.status, reply.fault), (200, None), f"status and fault of closing {which} one")
        same(reply.result, "", f"the answer to closing {which} session")


@pytest.mark.promise("eb-code-session")
def test_an_unknown_session_is_e0023(books: Books) -> None:
    same(_code_in(books, UNKNOWN), "E0023", "the code for an unknown session")
    session = open_session(books.target)
    books.target.client.send("CloseSession", {"SessionID": session})
    same(_code_in(books, session), "E0023", "the code for a closed session")


@pytest.mark.promise("eb-session-own-code")
def test_a_session_with_another_code_is_unknown(books: Books) -> None:
    same(_code_in(books, books.session, UNKNOWN), "E0023", "the code for another SecurityCode2")


@pytest.mark.promise("eb-session-lifetime")
def test_a_session_expires_an_hour_after_its_last_use(books: Books) -> None:
    clock = books.by_hand.clock
    session = open_session(books.target)
    clock.advance(timedelta(minutes=59))
    same(_code_in(books, session), "", "the code after 59 minutes")
    same(_code_in(books, books.session), "", "the code in the suite's own session")
    for minutes in (30, 31):
        clock.advance(timedelta(minutes=minutes))
        same(
            _code_in(books, books.session), "", f"the code of a session used {minutes} minutes ago"
        )
    same(_code_in(books, session), "E0023", "the code after another 61 minutes")


@pytest.mark.promise("eb-wrong-codes")
def test_wrong_codes_are_answered_alike(target: BooksTarget) -> None:
    said = set()
    for wrong in (
        {"Username": "no-such-user"},
        {"SecurityCode1": "0" * 32},
        {"SecurityCode2": UNKNOWN},
    ):
        reply = target.client.send("OpenSession", _login(target, **wrong))
        if not reply.code:
            broken(f"a wrong {next(iter(wrong))} was not refused")
        true(not reply.text("SessionID"), f"a wrong {next(iter(wrong))} opened a session")
        said.add((reply.code, reply.description))
    same(len(said), 1, f"how many different answers wrong codes get: {sorted(said)}")


@pytest.mark.promise("eb-credentials-form")
def test_the_codes_have_their_forms(books: Books) -> None:
    by_hand = books.by_hand
    codes = by_hand.opened.credentials
    true(bool(re.fullmatch("[0-9a-f]{32}", codes.security_code_1)), "SecurityCode1 is not 32 hex")
    guid = "[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}"
    true(bool(re.fullmatch(guid, codes.security_code_2)), "SecurityCode2 is no GUID")


@pytest.mark.promise("eb-administrations")
def test_administrations_are_listed_and_opened_by_guid(books: Books) -> None:
    target = books.target
    rows = books.done("GetAdministraties").rows("Administraties", "cAdministratie")
    true(bool(rows), "GetAdministraties lists none")
    for name in ("Bedrijf", "Guid"):
        true(all(row.get(name) for row in rows), f"an administration has no {name}")
    login = {**_login(target), "AdministratieGUID": rows[0]["Guid"]}
    reply = target.client.send("OpenSessionSub", login)
    true(bool(reply.text("SessionID")), f"OpenSessionSub opened none: {reply.code or reply.fault}")
    target.client.send("CloseSession", {"SessionID": reply.text("SessionID")})
    login["AdministratieGUID"] = UNKNOWN
    true(bool(target.client.send("OpenSessionSub", login).code), "an unknown GUID was opened")


@pytest.mark.promise("eb-auto-login")
def test_auto_login_gives_a_token(books: Books) -> None:
    reply = books.target.client.send(
        "AutoLogin",
        {
            "Username": books.target.username,
            "SessionID": books.session,
            "SecurityCode2": books.target.security_code_2,
        },
    )
    true(bool(reply.text("Token")), f"AutoLogin gave no token: {reply.code or reply.fault}")


@pytest.mark.promise("eb-auto-login-name")
def test_auto_login_with_another_name_is_refused(books: Books) -> None:
    code_2 = books.target.security_code_2
    fields = {"Username": "no-such-user", "SessionID": books.session, "SecurityCode2": code_2}
    reply = books.target.client.send("AutoLogin", fields)
    true(bool(reply.code) and not reply.text("Token"), "another name got a token")
