"""Who may open which administration, and who has: logins, sessions, the monthly quota.

Codes and session ids are compared in constant time, kept only as hashes where they are looked up,
and never appear in a message.
"""

import hashlib
import hmac
import secrets
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from fakes.eboekhouden.books import Administration
from fakes.eboekhouden.errors import Error, Refused
from fakes.eboekhouden.settings import Settings

FEW = 1000
"""So many sessions and tokens are kept without looking which have expired."""


@dataclass(frozen=True)
class Credentials:
    """What the page Api/Soap shows: a user name and two codes, which no message ever shows."""

    username: str
    security_code_1: str = field(repr=False)
    security_code_2: str = field(repr=False)


def credentials_for(company: str) -> Credentials:
    """Return credentials in the service's forms that follow from a company's name alone."""
    digest = hashlib.sha256(company.encode()).hexdigest()
    name = "".join(letter for letter in company.lower() if letter.isalnum()) or "demo"
    return Credentials(name, digest[:32], str(uuid.UUID(digest[32:])).upper())


@dataclass
class Login:
    """A user of the service and the administrations that are theirs, the first one the default."""

    credentials: Credentials
    administrations: list[Administration] = field(default_factory=list)


@dataclass
class Session:
    """An open session: whose, on which administration, and when it was last used (UTC)."""

    login: Login
    administration: Administration
    last_used: datetime


class Sessions:
    """All logins and open sessions of one fake. Every refusal is an `errors.Refused`."""

    def __init__(self, settings: Settings, now: Callable[[], datetime]) -> None:
        self._settings = settings
        self._now = now
        self._logins: dict[str, Login] = {}
        self._open: dict[bytes, Session] = {}
        self._tokens: dict[bytes, tuple[Session, datetime]] = {}
        self._most_kept = FEW
        self._calls: Counter[tuple[str, int, int]] = Counter()

    @property
    def logins(self) -> list[Login]:
        """All logins, in the order in which they were added."""
        return list(self._logins.values())

    def add(self, credentials: Credentials, administration: Administration) -> Login:
        """Give an administration to a login, which is made when it is new.

        Raises ValueError when the login exists with other codes.
        """
        login = self._logins.setdefault(credentials.username, Login(credentials))
        if login.credentials != credentials:
            raise ValueError(f"the login {credentials.username} has other codes")
        login.administrations.append(administration)
        return login

    def login_with(self, username: str, code_1: str) -> Login | None:
        """Return the login with this name and first code, as the pages ask; None when wrong."""
        login = self._logins.get(username)
        wanted = login.credentials.security_code_1 if login else ""
        right = _same(wanted, code_1)
        return login if right else None

    def open(self, username: str, code_1: str, code_2: str, guid: str | None = None) -> str:
        """Open a session on the login's first administration, or on the one with this GUID."""
        login = self._logins.get(username)
        wanted = login.credentials if login else Credentials("", "", "")
        right = _same(wanted.security_code_1, code_1) & _same(wanted.security_code_2, code_2)
        if login is None or not right:
            raise Refused(
                Error.LOGIN_WRONG, "De gebruikersnaam of een beveiligingscode is onjuist."
            )
        session_id = str(uuid.uuid4()).upper()
        session = Session(login, _administration(login, guid), self._now())
        self._forget_the_old()
        self._open[_hashed(session_id)] = session
        return session_id

    def of(self, session_id: str | None, code_2: str | None) -> Session:
        """Return the open session with this id, if the code is its login's too."""
        key = _hashed(session_id or "")
        session = self._open.get(key)
        now = self._now()
        if session is not None and self._is_old(session.last_used, now):
            del self._open[key]
            session = None
        if session is None or not _same(session.login.credentials.security_code_2, code_2 or ""):
            raise Refused(Error.SESSION_UNKNOWN, "De sessie is onbekend of verlopen.")
        session.last_used = now
        return session

    def close(self, session_id: str | None) -> None:
        """Close a session; one that is not open is no error."""
        self._open.pop(_hashed(session_id or ""), None)

    def expire_all(self) -> None:
        """Let every open session expire at once."""
        self._open.clear()

    def count_call(self, session: Session) -> None:
        """Count a call against the month's quota of its administration, and refuse it beyond."""
        now = self._now()
        month = (session.administration.guid, now.year, now.month)
        limit = self._settings.monthly_calls
        if limit is not None and self._calls[month] >= limit:
            raise Refused(
                Error.QUOTA_REACHED, f"Het maximum van {limit} aanroepen per maand is bereikt."
            )
        self._calls[month] += 1

    def token_for(self, session: Session) -> str:
        """Return a token that opens the pages once, as this session's login."""
        token = secrets.token_urlsafe(32)
        self._forget_the_old()
        self._tokens[_hashed(token)] = session, self._now()
        return token

    def redeem(self, token: str) -> Session | None:
        """Return whose token this is and take it back; None when it is none, or too old."""
        session, given = self._tokens.pop(_hashed(token), (None, self._now()))
        return None if self._is_old(given, self._now()) else session

    def _is_old(self, moment: datetime, now: datetime) -> bool:
        return now - moment > self._settings.session_lifetime

    def _forget_the_old(self) -> None:
        """Forget sessions and tokens that have expired, whenever there are twice as many as were
        left: most clients never close a session."""
        if len(self._open) + len(self._tokens) < self._most_kept:
            return
        now = self._now()
        for key, session in list(self._open.items()):
            if self._is_old(session.last_used, now):
                self._open.pop(key, None)
        for key, (_, given) in list(self._tokens.items()):
            if self._is_old(given, now):
                self._tokens.pop(key, None)
        self._most_kept = max(FEW, 2 * (len(self._open) + len(self._tokens)))


def _administration(login: Login, guid: str | None) -> Administration:
    if guid is None:
        return login.administrations[0]
    for administration in login.administrations:
        if _same(administration.guid.upper(), guid.strip("{} ").upper()):
            return administration
    raise Refused(Error.ADMINISTRATION_UNKNOWN, "Deze administratie bestaat niet.")


def _same(kept: str, given: str) -> bool:
    return hmac.compare_digest(kept.encode(), given.encode("utf-8", "surrogatepass"))


def _hashed(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
