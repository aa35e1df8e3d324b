"""The gate before a real Bizzcloud: every write is journaled first and made at most once.

It stands where the calls of people and of the coupling go out. Only records that this run made are
changed, and only those are found by a search, so nobody else's are taken for the run's own.
"""

import io
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import requests
from requests.adapters import BaseAdapter

from contracts.sandbox import GuardError
from scenarios.replaying.shop_calls import SEARCHING, Call, Fault, answered, as_answer, opened
from scenarios.replaying.shop_journal import BY_PERSON, ShopJournal, ShopWrite
from scenarios.replaying.shop_traces import NOT_MADE, Ask, before, found, made_by, marked

OBJECT = "/xmlrpc/2/object"

OWN = (
    "res.partner",
    "product.product",
    "account.invoice",
    "pos.session",
    "pos.order",
)
"""The models of which a run makes records; it finds and changes no others of them."""

MAKING = frozenset({"create", "create_from_ui"})
"""The methods that make new records and change none that is there."""


@dataclass(frozen=True)
class ShopAllowance:
    """What a run may do in Bizzcloud: how many writes, and the seconds between two calls."""

    writes: int
    pause: float = 0.0


class ShopGate:
    """Lets calls pass, answers them from the journal, or refuses them.

    `accounts` are the codes of the ledger accounts that the coupling may see: those of the story.
    """

    def __init__(
        self,
        journal: ShopJournal,
        prefix: str,
        allowance: ShopAllowance,
        accounts: Collection[str],
    ) -> None:
        self._journal = journal
        self._prefix = prefix
        self._allowance = allowance
        self._accounts = sorted(accounts)

    def before(self, session: requests.Session, *, coupling: bool) -> requests.Session:
        """Let a session's calls of Bizzcloud pass the gate; return the session."""
        for address, adapter in list(session.adapters.items()):
            session.mount(address, _GateAdapter(adapter, self, coupling))
        return session

    def ask(self, call: Call, carry: Ask, *, coupling: bool) -> Mapping[str, Any]:
        """Return the answer to a call, which `carry` takes to the shop where that is needed.

        Raises GuardError when it may not be made.
        """

        def unhurried(asked: Call) -> Any:
            time.sleep(self._allowance.pause)
            return carry(asked)

        if call.reads:
            return self._read(self._narrowed(call, coupling), unhurried)
        return self._write(call, unhurried)

    def own(self, model: str) -> list[int]:
        """Return the ids of the records that this pass has made until now."""
        return self._journal.own(model)

    def by_person(self, told: str, have_done: Callable[[], object]) -> None:
        """Have something done by a person that no earlier pass had done."""
        known = self._journal.next(BY_PERSON, told)
        if known is None:
            known = self._journal.begin(BY_PERSON, told, told, {})
        if known.answer is None:
            have_done()
            self._journal.done(known, {"value": True}, {})
        self._journal.passed(known)

    def _read(self, call: Call, carry: Ask) -> Mapping[str, Any]:
        known = self._journal.read(call.meaning)
        if known is not None:
            return known
        answer = _outcome(call, carry)
        self._journal.keep(call.meaning, answer)
        return answer

    def _write(self, call: Call, carry: Ask) -> Mapping[str, Any]:
        self._guard_own(call)
        known = self._journal.next(call.operation, call.meaning)
        if known is not None and known.answer is None:
            answer, made = found(call, self._mark(known), known.before, carry)
            if (answer, made) != NOT_MADE:
                assert answer is not None
                self._journal.done(known, answer, made)
        if known is None:
            self._guard_limit()
            noted = before(call, carry)
            known = self._journal.begin(call.operation, call.meaning, told(call), noted)
        if known.answer is None:
            self._send(known, call, carry)
        assert known.answer is not None
        self._journal.passed(known)
        return known.answer

    def _send(self, write: ShopWrite, call: Call, carry: Ask) -> None:
        answer = _outcome(marked(call, self._mark(write)), carry)
        made = {} if "fault" in answer else made_by(call, answer["value"], carry)
        self._journal.done(write, answer, made)

    def _mark(self, write: ShopWrite) -> str:
        return f"{self._prefix}-{write.number}"

    def _guard_limit(self) -> None:
        if self._journal.sent >= self._allowance.writes:
            raise GuardError(
                f"The run has made the {self._allowance.writes} writes in Bizzcloud that the "
                "config allows."
            )

    def _guard_own(self, call: Call) -> None:
        others = set(call.ids) - set(self.own(call.model)) if call.method not in MAKING else set()
        if call.model not in OWN or others:
            which = f" number {min(others)}" if others else ""
            raise GuardError(
                f"{call.method} would touch {call.model}{which} in Bizzcloud, which this replay "
                "has not made."
            )

    def _narrowed(self, call: Call, coupling: bool) -> Call:
        if call.method not in SEARCHING:
            return call
        if call.model in OWN:
            return call.within([["id", "in", self.own(call.model)]])
        if call.model == "account.bank.statement.line":
            sessions = self.own("pos.session")
            return call.within([["statement_id.pos_session_id", "in", sessions]])
        if call.model == "account.account" and coupling:
            return call.within([["code", "in", self._accounts]])
        return call


class _GateAdapter(BaseAdapter):
    """Brings the calls of models before the gate, and hands all other requests on."""

    def __init__(self, inner: BaseAdapter, gate: ShopGate, coupling: bool) -> None:
        super().__init__()
        self._inner = inner
        self._gate = gate
        self._coupling = coupling

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        """Answer a request; raises what the other adapter raises, and GuardError."""
        if not str(request.url).endswith(OBJECT):
            return self._inner.send(request, *args, **more)
        body = request.body or b""
        envelope = opened(body if isinstance(body, bytes) else body.encode())

        def carry(call: Call) -> Any:
            sent = request.copy()
            sent.prepare_body(envelope.body(call), None)
            response = self._inner.send(sent, *args, **more)
            response.raise_for_status()
            return answered(response.content)

        try:
            answer = self._gate.ask(envelope.call, carry, coupling=self._coupling)
        except Fault as fault:
            raise GuardError(
                f"Bizzcloud would not tell what it holds before {told(envelope.call)}: {fault}"
            ) from fault
        return _response(request, as_answer(answer))

    def close(self) -> None:
        """Close the other adapter."""
        self._inner.close()


def told(call: Call) -> str:
    """Return a write in a line for a person."""
    values = call.args[0] if call.args and isinstance(call.args[0], Mapping) else {}
    if call.method == "create_from_ui":
        return f"{call.operation} {', '.join(order['data']['name'] for order in call.args[0])}"
    if call.method not in MAKING:
        about = [f"number {', '.join(map(str, call.ids))}"]
        about += [str(call.args[0])] if call.method == "exec_workflow" else []
    else:
        about = [str(values[name]) for name in ("ref", "name", "type") if values.get(name)]
    return " ".join([call.operation, *about])


def _outcome(call: Call, carry: Ask) -> Mapping[str, Any]:
    try:
        return {"value": carry(call)}
    except Fault as fault:
        # The last line says what is wrong; above it stands where in the server, for its makers.
        return {"fault": [fault.code, str(fault).strip().rpartition("\n")[2]]}


def _response(request: requests.PreparedRequest, content: bytes) -> requests.Response:
    response = requests.Response()
    response.status_code = HTTPStatus.OK
    response.headers["Content-Type"] = "text/xml"
    response.url = request.url or ""
    response.request = request
    response.raw = io.BytesIO(content)
    return response
