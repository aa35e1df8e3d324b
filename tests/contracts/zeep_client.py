"""A client of e-Boekhouden as a shop would write it; run as a program by the tests of recording."""

import os
import sys

import zeep


def main(url: str) -> None:
    """Add a relation, book an invoice on it, read it back, and print what was seen."""
    client = zeep.Client(f"{url}?wsdl")
    factory = client.type_factory("ns0")
    opened = client.service.OpenSession(
        Username=os.environ["BOOKS_USER"],
        SecurityCode1=os.environ["BOOKS_CODE_1"],
        SecurityCode2=os.environ["BOOKS_CODE_2"],
        Source="test",
    )
    session = {"SessionID": opened.SessionID, "SecurityCode2": os.environ["BOOKS_CODE_2"]}
    relation = {"ID": 0, "AddDatum": "2026-03-01T00:00:00", "Code": "K0001", "BP": "B"}
    numbers = {"Gb_ID": 0, "GeenEmail": 0, "NieuwsbriefgroepenCount": 0}
    client.service.AddRelatie(
        **session,
        oRel=factory.cRelatie(
            **relation, **numbers, Bedrijf="Bakkerij de Groot & Zn.", Email="info@degroot.nl"
        ),
    )
    found = client.service.GetRelaties(**session, cFilter={"ID": 0, "Code": "K0001"})
    print("relation", found.Relaties.cRelatie[0].Bedrijf, found.Relaties.cRelatie[0].Email)
    client.service.CloseSession(SessionID=opened.SessionID)


main(sys.argv[1] if len(sys.argv) > 1 else os.environ["KOPPELING_EBOEKHOUDEN_URL"])
