"""suds-community: does what every client here does, and prints what it saw as JSON."""

import json
import os

from suds.client import Client

TARGET = json.loads(os.environ["TARGET"])
CODE_2 = TARGET["security_code_2"]
YEAR_1 = "0001-01-01T00:00:00"


class RefusedError(Exception):
    pass


def checked(result):
    error = getattr(result, "ErrorMsg", result)
    if getattr(error, "LastErrorCode", None):
        raise RefusedError(error.LastErrorCode)
    return result


def refusal(call, *arguments):
    try:
        checked(call(*arguments))
    except RefusedError as refused:
        return str(refused)
    return None


client = Client(TARGET["wsdl"], cache=None)
# Both ports have every operation; suds wants to be told which is meant.
client.set_options(port="soapAppSoap")
service = client.service


def made(kind, **values):
    record = client.factory.create(f"{{http://www.e-boekhouden.nl/soap}}{kind}")
    for name, value in values.items():
        setattr(record, name, value)
    return record


def line(account, code, rate, excl, vat, incl):
    return made(
        "cMutatieRegel",
        BedragInvoer=excl,
        BedragExclBTW=excl,
        BedragBTW=vat,
        BedragInclBTW=incl,
        BTWCode=code,
        BTWPercentage=rate,
        TegenrekeningCode=account,
        KostenplaatsID=0,
    )


opened = checked(service.OpenSession(TARGET["username"], TARGET["security_code_1"], CODE_2, "suds"))
session = (opened.SessionID, CODE_2)
accounts = checked(service.GetGrootboekrekeningen(*session, made("cGrootboekrekeningFilter", ID=0)))

relation = made(
    "cRelatie",
    ID=0,
    AddDatum="2026-01-01T00:00:00",
    Code="SUDS1",
    Bedrijf="Bakkerij de Groot",
    BP="B",
    Gb_ID=0,
    GeenEmail=0,
    NieuwsbriefgroepenCount=0,
)
added = checked(service.AddRelatie(*session, relation))
duplicate = refusal(service.AddRelatie, *session, relation)
relation.ID = added.Rel_ID
relation.Bedrijf = "Bakkerij de Groot & Zn."
checked(service.UpdateRelatie(*session, relation))
found = checked(service.GetRelaties(*session, made("cRelatieFilter", Code="SUDS1", ID=0)))

lines = made("ArrayOfCMutatieRegel")
lines.cMutatieRegel = [
    line("8020", "HOOG_VERK_21", 21, "82.64", "17.35", "99.99"),
    line("8010", "LAAG_VERK_9", 9, "10.00", "0.90", "10.90"),
]
booked = checked(
    service.AddMutatie(
        *session,
        made(
            "cMutatie",
            MutatieNr=0,
            Soort="FactuurVerstuurd",
            Datum="2026-03-02T00:00:00",
            Rekening="1300",
            RelatieCode="SUDS1",
            Factuurnummer="F-SUDS-1",
            Omschrijving="Taart en brood",
            Betalingstermijn="14",
            InExBTW="EX",
            MutatieRegels=lines,
        ),
    )
)
asked = made("cMutatieFilter", MutatieNr=booked.Mutatienummer, DatumVan=YEAR_1, DatumTm=YEAR_1)
row = checked(service.GetMutaties(*session, asked)).Mutaties.cMutatieList[0]
unknown = refusal(service.GetRelaties, "none", CODE_2, made("cRelatieFilter", ID=0))
service.CloseSession(opened.SessionID)
closed = refusal(service.GetRelaties, *session, made("cRelatieFilter", ID=0))

print(
    json.dumps(
        {
            "accounts": [str(account.Code) for account in accounts.Rekeningen.cGrootboekrekening],
            "relation": str(found.Relaties.cRelatie[0].Bedrijf),
            "invoice": str(row.Factuurnummer),
            "lines": [
                [
                    str(line.TegenrekeningCode),
                    str(line.BTWCode),
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
