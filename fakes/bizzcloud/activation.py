"""The activation: Bizzcloud asks the coupling to test codes, to link and to undo the link."""

import uuid
from dataclasses import dataclass

from fakes.bizzcloud.push import Pushes
from fakes.bizzcloud.signing import CouplingAddress, NoAnswer, post
from fakes.clock import Clock

UNREACHABLE = "De koppeling is niet bereikbaar. Probeer het later opnieuw."
NOT_CONFIGURED = "Er is nog geen koppeling ingesteld voor deze Bizzcloud."


@dataclass(frozen=True)
class Codes:
    """What the sign-up form asks: the user name and both codes from e-Boekhouden."""

    username: str
    security_code_1: str
    security_code_2: str


@dataclass(frozen=True)
class Answer:
    """What the coupling said; `message` is a Dutch sentence for the person at the screen."""

    ok: bool
    message: str
    administration: str = ""
    state: str = ""


class Activation:
    """Asks the coupling at one address; pushes begin and end with the link."""

    def __init__(self, clock: Clock, pushes: Pushes) -> None:
        self._clock = clock
        self._pushes = pushes
        self.address: CouplingAddress | None = None

    def test(self, database: str, company: int, codes: Codes) -> Answer:
        """Ask whether codes are right; nothing changes."""
        return self._ask("test", database, company, codes)

    def link(self, database: str, company: int, codes: Codes) -> Answer:
        """Ask to make the link, and tell of changes from then on."""
        answer = self._ask("link", database, company, codes)
        if answer.ok and self.address is not None:
            self._pushes.begin(database, self.address)
        return answer

    def unlink(self, database: str, company: int) -> Answer:
        """Ask to undo the link, and tell of changes no more."""
        answer = self._ask("unlink", database, company)
        if answer.ok:
            self._pushes.end(database)
        return answer

    def state(self, database: str, company: int) -> Answer:
        """Ask how the link is."""
        return self._ask("state", database, company)

    def _ask(self, what: str, database: str, company: int, codes: Codes | None = None) -> Answer:
        if self.address is None:
            return Answer(ok=False, message=NOT_CONFIGURED)
        message: dict[str, str | int] = {
            "ask": what,
            "delivery": uuid.uuid4().hex,
            "database": database,
            "company": company,
        }
        if codes is not None:
            message |= {
                "username": codes.username,
                "security_code_1": codes.security_code_1,
                "security_code_2": codes.security_code_2,
            }
        try:
            response = post(
                self._pushes.http, self.address, f"/activation/{what}", message, self._clock
            )
            if not response.ok:
                return Answer(ok=False, message=UNREACHABLE)
            told = response.json()
            return Answer(
                ok=told["ok"] is True,
                message=str(told["message"]),
                administration=str(told.get("administration") or ""),
                state=str(told.get("state") or ""),
            )
        except (NoAnswer, ValueError, KeyError, TypeError):
            return Answer(ok=False, message=UNREACHABLE)
