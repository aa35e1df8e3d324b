"""The contract suite on a server by other hands: what that one breaks is listed, to be mended."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from contracts.suite.command import contract
from tests.contracts.node import node_server

BROKEN = {
    "eb-service-page": "the operations that the page does not list",
    "eb-auto-login": "AutoLogin gave no token",
    "eb-auto-login-name": "another name got a token",
    "eb-faults": "promised a SOAP fault, found HTTP 200",
    "eb-fault-forms": "promised a SOAP fault, found HTTP 200",
    "eb-fault-other-element": "another operation's element: promised a SOAP fault, found HTTP 200",
    "eb-version": "it is text/xml; charset=utf-8",
    "eb-version-mismatch": "an unknown envelope: promised a SOAP fault, found HTTP 200",
    "eb-action-unknown": "an empty SOAPAction: promised a SOAP fault, found HTTP 200",
    "eb-media-type": "the status of a form: promised 415, found 200",
    "eb-must-understand": "a header that must be understood: promised a SOAP fault, found HTTP 200",
    "eb-other-requests": "?disco names no WSDL",
    "eb-malformed": "the code of the fault: promised 'soap:Client', found '500'",
    "eb-hostile": "promised a SOAP fault, found HTTP 200",
    "eb-zones": "days after the one in UTC, at half past eleven there: promised 1, found 0",
    "eb-invoice-required": "no RelatieCode: promised a refusal, found that AddMutatie did it",
    "eb-payment-required": "no RelatieCode: promised a refusal, found that AddMutatie did it",
    "eb-account-category": "money on a turnover account: promised a refusal",
    "eb-mutation-lengths": "Omschrijving of 201: promised a refusal, found that AddMutatie did it",
    "eb-payment-term": "a Betalingstermijn that is no number: promised a refusal",
    "eb-mutation-dates": "Datum in 1979: promised a refusal, found that AddMutatie did it",
    "eb-counter-account-category": "an invoice with cash as counter account: promised a refusal",
    "eb-vat-side": "a purchase code in a sale: promised a refusal, found that AddMutatie did it",
    "eb-amount-limit": "an amount of a million million: promised a refusal",
    "eb-line-adds-up": "a line that does not add up: promised a refusal",
    "eb-line-without-vat": "VAT with code GEEN: promised a refusal, found that AddMutatie did it",
    "eb-cost-centre-known": "an unknown cost centre: promised a refusal",
    "eb-vat-computed": "BedragBTW of 82,64 at 21%: promised Decimal('17.35'), found",
    "eb-books-balanced": "the sum of all balances: promised Decimal('0'), found",
    "eb-vat-rates": "VAT at HOOG_VERK_21: promised Decimal('21.00'), found Decimal('0.00')",
    "eb-vat-rates-purchases": "VAT at HOOG_INK_21: promised Decimal('21.00'), found",
    "eb-open-items-order": "the order of two open items, the later one booked first: promised",
    "eb-open-items-suppliers": "what is open: promised [Decimal('66.55')], found []",
    "eb-relation-lengths": "Adres of 151: promised a refusal, found that AddRelatie did it",
    "eb-relation-choices": "BP that is X: promised a refusal, found that AddRelatie did it",
    "eb-enumerations": "promised a SOAP fault, found HTTP 200",
    "eb-repeated": "the accounts found by two codes: promised ['8000'], found",
    "eb-line-ends": "the note of three lines: promised 'een\\ntwee\\ndrie', found",
    "eb-relation-filter": "GetRelaties was done, not refused",
    "eb-relation-code-kept": "UpdateRelatie was done, not refused",
    "eb-account-lengths": "Code of 11: promised a refusal, found that AddGrootboekrekening did it",
    "eb-account-code-kept": "UpdateGrootboekrekening was done, not refused",
    "eb-account-category-kept": "UpdateGrootboekrekening was done, not refused",
    "eb-account-update": "UpdateGrootboekrekening was refused: G004",
    "eb-balance": "the balance of the day before: promised Decimal('0.00'), found",
    "eb-own-invoice": "AddFactuur answered HTTP 500",
    "eb-own-invoice-number": "AddFactuur answered HTTP 500",
    "eb-cost-centres": "GetKostenplaatsen answered HTTP 500",
}
"""Each promise that the server breaks, and what the list says of it."""


@pytest.mark.clients
def test_what_the_small_server_breaks_is_listed_so_that_it_can_be_mended(tmp_path: Path) -> None:
    told = tmp_path / "run.json"
    with node_server(tmp_path) as server:
        target = str(server.config(tmp_path))
        arguments = ["eboekhouden", "--target", target, "--write", "--json", str(told)]
        result = CliRunner().invoke(contract, arguments)
    assert result.exit_code == 1, result.output
    promises = json.loads(told.read_text(encoding="utf-8"))["promises"]
    broken = {one["promise"]: one["why"] for one in promises if one["verdict"] == "broken"}
    assert set(broken) == set(BROKEN), result.output
    for promise, begins in BROKEN.items():
        assert begins in broken[promise], f"{promise}: {broken[promise]}"
