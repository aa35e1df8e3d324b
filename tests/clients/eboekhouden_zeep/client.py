"""Plain zeep: does what every client here does, and prints what it saw as JSON."""

import json
import os
from decimal import Decimal

import zeep

TARGET = json.loads(os.environ["TARGET"])
CODE_2 = TARGET["security_code_2"]
YEAR_1 = "0001-01-01T00:00:00"


class RefusedError(Exception):
    pass


def checked(result):
    error = getattr(result, "ErrorMsg", result)
    if error.LastErrorCode:
        raise RefusedError(error.LastErrorCode)
    return result


def refusal(call, *arguments):
    try:
        checked(call(*arguments))
    except RefusedError as refused:
        return str(refused)
    return None


def line(account, code, rate, excl, vat, incl):
    return {
        "BedragInvoer": Decimal(excl),
        "BedragExclBTW": Decimal(excl),
        "BedragBTW": Decimal(vat),
        "BedragInclBTW": Decimal(incl),
        "BTWCode": code,
        "BTWPercentage": rate,
        "TegenrekeningCode": account,
        "KostenplaatsID": 0,
    }


service = zeep.Client(TARGET["wsdl"]).service
opened = checked(service.OpenSession(TARGET["username"], TARGET["security_code_1"], CODE_2, "zeep"))
session = (opened.SessionID, CODE_2)
accounts = checked(service.GetGrootboekrekeningen(*session, {"ID": 0}))

relation = {
    "ID": 0,
    "AddDatum": "2026-01-01T00:00:00",
    "Code": "ZEEP1",
    "Bedrijf": "Bakkerij de Groot",
    "BP": "B",
    "Gb_ID": 0,
    "GeenEmail": 0,
    "NieuwsbriefgroepenCount": 0,
}
added = checked(service.AddRelatie(*session, relation))
duplicate = refusal(service.AddRelatie, *session, relation)
changed = {**relation, "ID": added.Rel_ID, "Bedrijf": "Bakkerij de Groot & Zn."}
checked(service.UpdateRelatie(*session, changed))
found = checked(service.GetRelaties(*session, {"Code": "ZEEP1", "ID": 0}))

booked = checked(
    service.AddMutatie(
        *session,
        {
            "MutatieNr": 0,
            "Soort": "FactuurVerstuurd",
            "Datum": "2026-03-02",
            "Rekening": "1300",
            "RelatieCode": "ZEEP1",
            "Factuurnummer": "F-ZEEP-1",
            "Omschrijving": "Taart en brood",
            "Betalingstermijn": "14",
            "InExBTW": "EX",
            "MutatieRegels": {
                "cMutatieRegel": [
                    line("8020", "HOOG_VERK_21", 21, "82.64", "17.35", "99.99"),
                    line("8010", "LAAG_VERK_9", 9, "10.00", "0.90", "10.90"),
                ]
            },
        },
    )
)
asked = {"MutatieNr": booked.Mutatienummer, "DatumVan": YEAR_1, "DatumTm": YEAR_1}
(row,) = checked(service.GetMutaties(*session, asked)).Mutaties.cMutatieList
unknown = refusal(service.GetRelaties, "none", CODE_2, {"ID": 0})
service.CloseSession(opened.SessionID)
closed = refusal(service.GetRelaties, *session, {"ID": 0})

print(
    json.dumps(
        {
            "accounts": [account.Code for account in accounts.Rekeningen.cGrootboekrekening],
            "relation": found.Relaties.cRelatie[0].Bedrijf,
            "invoice": row.Factuurnummer,
            "lines": [
                [
                    line.TegenrekeningCode,
                    line.BTWCode,
                    f"{line.BedragExclBTW:.2f}",
                    f"{line.BedragBTW:.2f}",
                    f"{line.BedragInclBTW:.2f}",
                ]
                for line in row.MutatieRegels.cMutatieListRegel
            ],
            "duplicate": duplicate,
            "unknown_session": unknown,
            "closed_session": closed,
        }
    )
)
