"""The service `soapApp`, declared with spyne: its 20 operations and the messages they take.

Everything that is said on the wire (the codec, the WSDL, spyne's own application) follows from
the table `OPERATIONS`; what is done stands in `operations`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from spyne import Application, ServiceBase, rpc

from fakes.eboekhouden import operations, types
from fakes.eboekhouden.errors import Refused
from fakes.eboekhouden.operations import Office
from fakes.eboekhouden.types import OpenItemKind, Text, optional

SESSION = {"SessionID": Text, "SecurityCode2": Text}
CODES = {"Username": Text, "SecurityCode1": Text, "SecurityCode2": Text, "Source": Text}


@dataclass(frozen=True)
class Operation:
    """An operation: its name, its parameters in order, its answer, and what it does.

    `refused` is what the answer holds beside ErrorMsg when the call is refused: a number is always
    there.
    """

    name: str
    parameters: dict[str, Any]
    returns: Any
    work: Callable[..., Any]
    refused: dict[str, Any] = field(default_factory=dict)

    def answer(self, office: Office, *arguments: Any) -> Any:
        """Do it, one call at a time; a refusal becomes the answer's ErrorMsg."""
        with office.lock:
            try:
                return self.work(office, *arguments)
            except Refused as refused:
                return self.refusal(office, refused)

    def refusal(self, office: Office, refused: Refused) -> Any:
        """Return the answer by which a call is refused; None where the answer holds nothing."""
        if self.returns is None:
            return None
        error = types.made(
            types.cError,
            LastErrorCode=office.settings.codes[refused.error],
            LastErrorDescription=refused.description,
        )
        if self.returns is types.cError:
            return error
        return types.made(self.returns, ErrorMsg=error, **self.refused)


OPERATIONS = (
    Operation(
        "GetAdministraties", SESSION, types.cResultGetAdministraties, operations.get_administrations
    ),
    Operation(
        "GetSaldo",
        {**SESSION, "cFilter": optional(types.cSaldoFilter)},
        types.cResultGetSaldo,
        operations.get_balance,
        {"Saldo": 0.0},
    ),
    Operation(
        "GetSaldi",
        {**SESSION, "cFilter": optional(types.cSaldiFilter)},
        types.cResultGetSaldi,
        operations.get_balances,
    ),
    Operation(
        "AddFactuur",
        {**SESSION, "oFact": optional(types.cFactuur)},
        types.cResultAddFactuur,
        operations.add_invoice,
    ),
    Operation(
        "GetFacturen",
        {**SESSION, "cFilter": optional(types.cFactuurFilter)},
        types.cResultGetFacturen,
        operations.get_invoices,
    ),
    Operation(
        "AddMutatie",
        {**SESSION, "oMut": optional(types.cMutatie)},
        types.cResultAddMutatie,
        operations.add_mutation,
        {"Mutatienummer": 0},
    ),
    Operation(
        "GetMutaties",
        {**SESSION, "cFilter": optional(types.cMutatieFilter)},
        types.cResultGetMutaties,
        operations.get_mutations,
    ),
    Operation(
        "AddGrootboekrekening",
        {**SESSION, "oGb": optional(types.cGrootboekrekening)},
        types.cResultAddGrootboekrekening,
        operations.add_ledger_account,
        {"Gb_ID": 0},
    ),
    Operation(
        "UpdateGrootboekrekening",
        {**SESSION, "oGb": optional(types.cGrootboekrekening)},
        types.cError,
        operations.update_ledger_account,
    ),
    Operation(
        "GetGrootboekrekeningen",
        {**SESSION, "cFilter": optional(types.cGrootboekrekeningFilter)},
        types.cResultGetGrootboekrekeningen,
        operations.get_ledger_accounts,
    ),
    Operation(
        "AddRelatie",
        {**SESSION, "oRel": optional(types.cRelatie)},
        types.cResultAddRelatie,
        operations.add_relation,
        {"Rel_ID": 0},
    ),
    Operation(
        "UpdateRelatie",
        {**SESSION, "oRel": optional(types.cRelatie)},
        types.cError,
        operations.update_relation,
    ),
    Operation(
        "GetRelaties",
        {**SESSION, "cFilter": optional(types.cRelatieFilter)},
        types.cResultGetRelaties,
        operations.get_relations,
    ),
    Operation(
        "GetOpenPosten",
        {**SESSION, "OpSoort": OpenItemKind},
        types.cResultGetOpenPosten,
        operations.get_open_items,
    ),
    Operation("OpenSession", CODES, types.cResultOpenSession, operations.open_session),
    Operation(
        "OpenSessionSub",
        {**CODES, "AdministratieGUID": Text},
        types.cResultOpenSession,
        operations.open_session_sub,
    ),
    Operation("CloseSession", {"SessionID": Text}, None, operations.close_session),
    Operation(
        "AutoLogin",
        {"Username": Text, **SESSION},
        types.cResultAutoLogin,
        operations.auto_login,
    ),
    Operation(
        "GetKostenplaatsen",
        {**SESSION, "cFilter": optional(types.cKostenplaatsFilter)},
        types.cResultGetKostenplaatsen,
        operations.get_cost_centres,
    ),
    Operation(
        "GetArtikelen",
        {**SESSION, "cFilter": optional(types.cArtikelFilter)},
        types.cResultGetArtikelen,
        operations.get_articles,
    ),
)
"""All operations, in the order of the service's own WSDL."""


def _declared(operation: Operation) -> Any:
    def call(ctx: Any, *arguments: Any) -> Any:
        return operation.answer(ctx.udc, *arguments)

    call.__name__ = operation.name
    returns = {} if operation.returns is None else {"_returns": optional(operation.returns)}
    return rpc(*operation.parameters.values(), _args=list(operation.parameters), **returns)(call)


SERVICE: Any = type(
    "soapApp", (ServiceBase,), {operation.name: _declared(operation) for operation in OPERATIONS}
)


def application(office: Office, protocol: Callable[[], Any]) -> Any:
    """Return spyne's own application over an office, in and out by the same protocol (Soap11)."""
    made = Application(
        [SERVICE],
        types.NAMESPACE,
        name="soapApp",
        in_protocol=protocol(),
        out_protocol=protocol(),
    )

    def give_office(ctx: Any) -> None:
        ctx.udc = office

    made.event_manager.add_listener("method_call", give_office)
    return made
