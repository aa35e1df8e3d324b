"""eboekhouden-python: does what every client here does, and prints what it saw as JSON.

The package has no call of its own for accounts, for changing a relation or for closing; those go
through the zeep client and the session that it holds.
"""

import json
import os
from dataclasses import replace

from eboekhouden_python.constants import BtwCode
from eboekhouden_python.eboekhouden_client import EboekhoudenClient
from eboekhouden_python.models import Mutatie, MutatieRegel, Relatie

TARGET = json.loads(os.environ["TARGET"])
CODE_2 = TARGET["security_code_2"]


def refusal(call, *arguments, **named):
    """Return the code in the ValueError by which this package reports an error."""
    try:
        call(*arguments, **named)
    except ValueError as error:
        return str(error).partition(":")[0]
    return None


client = EboekhoudenClient(
    TARGET["username"], TARGET["security_code_1"], CODE_2, server_url=TARGET["wsdl"]
)
inner = client._client.service


def accounts_of(session_id):
    answer = inner.GetGrootboekrekeningen(session_id, CODE_2, {"ID": 0})
    client._check_response(answer)
    return [account.Code for account in answer.Rekeningen.cGrootboekrekening]


accounts = accounts_of(client._session_id)
relation = Relatie(relatie_code="EBPY1", bedrijf_particulier="B", bedrijf="Bakkerij de Groot")
number = client.add_relatie(relation)
duplicate = refusal(client.add_relatie, relation)
changed = replace(relation, id=number, bedrijf="Bakkerij de Groot & Zn.")
error = inner.UpdateRelatie(client._session_id, CODE_2, changed.export())
if error.LastErrorCode:
    raise ValueError(error.LastErrorCode)
(found,) = client.get_relaties(relatie_code="EBPY1")

client.add_mutatie(
    Mutatie.factuur_verstuurd(
        datum="2026-03-02",
        rekening="1300",
        relatie_code="EBPY1",
        factuur_nummer="F-EBPY-1",
        omschrijving="Taart en brood",
        mutatie_regels=[
            MutatieRegel.from_bedrag(99.99, BtwCode.hoog_verkoop_21, "8020"),
            MutatieRegel.from_bedrag(10.90, BtwCode.laag_verkoop_9, "8010"),
        ],
    )
)
(row,) = client.get_mutaties(factuur_nummer="F-EBPY-1")
unknown = refusal(accounts_of, "none")
last_session = client._session_id
inner.CloseSession(last_session)
closed = refusal(accounts_of, last_session)

print(
    json.dumps(
        {
            "accounts": accounts,
            "relation": found.bedrijf,
            "invoice": row.factuur_nummer,
            "lines": [
                [
                    line.tegenrekening_code,
                    line.btw_code,
                    line.bedrag_exclusief_btw,
                    line.bedrag_btw,
                    line.bedrag_inclusief_btw,
                ]
                for line in row.mutatie_regels
            ],
            "duplicate": duplicate,
            "unknown_session": unknown,
            "closed_session": closed,
        }
    )
)
