"""What can go wrong, sorted by what may be done about it.

The field's three kinds: what may be tried again (nothing happened), what may have happened (look
before you send again), and what needs a person. Every message is a sentence for that person and
holds no credential.
"""


class CouplingError(Exception):
    """Something that the coupling could not do; its text says what happened and what to do."""


class Retryable(CouplingError):
    """Surely not done: the same call may be made again."""


class NotReached(Retryable):
    """No connection was made, so the other side has not seen the call."""


class SessionExpired(Retryable):
    """e-Boekhouden no longer knows the session (E0023); a new one will do."""


class QuotaReached(Retryable):
    """e-Boekhouden takes no more calls of this kind this month."""


class LeaseLost(Retryable):
    """Another process posts to these books now, or our own lease ran out before the send."""


class StoreFailed(Retryable):
    """What the coupling remembers cannot be read or written now; what was kept is kept."""


class Unanswered(CouplingError):
    """The call went out and no usable answer came back: it may have been done, or not."""


class RefusedByBooks(CouplingError):
    """e-Boekhouden read the call and said no: nothing was done."""

    def __init__(self, operation: str, code: str, description: str) -> None:
        super().__init__(f"e-Boekhouden refused {operation}: {code} {description}".rstrip())
        self.operation = operation
        self.code = code
        self.description = description


class RefusedByShop(CouplingError):
    """Bizzcloud answered a call with a fault."""


class NeedsPerson(CouplingError):
    """Only a person can go on from here; the text says who and how."""


class CredentialsRefused(NeedsPerson):
    """A user name, password or security code is wrong."""


class BookFromNeeded(NeedsPerson):
    """Books or shop hold documents already, so a person must say from which date to book."""


class LinkRefused(NeedsPerson):
    """The link's state does not allow what was asked, or the link's other side has changed."""
