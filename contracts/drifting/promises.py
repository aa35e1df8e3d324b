"""Which promise a difference touches, and where the fake would change if it is what is true."""

import re

from contracts.drifting.answers import Finding

FIELDS = "(field|type|value|order of fields|occurrence).*"

TOUCHES = (
    ("wsdl", r".*", "eb-interface", "fakes/eboekhouden/types.py"),
    ("error code", r"CREL001", "eb-code-relation", "fakes/eboekhouden/errors.py"),
    ("error code", r"E0023", "eb-code-session", "fakes/eboekhouden/errors.py"),
    ("error code", r"M006", "eb-code-invoice", "fakes/eboekhouden/errors.py"),
    ("error code", r"C[A-Z]+\d+", "eb-codes-chosen", "fakes/eboekhouden/errors.py"),
    ("error code", r"json .*", "bz-json-error", "fakes/bizzcloud/jsonrpc.py"),
    ("error code", r"3", "bz-access-denied", "fakes/bizzcloud/errors.py"),
    ("error code", r"2", "bz-model-unknown", "fakes/bizzcloud/errors.py"),
    ("error (code|text)", r"soap:.*", "eb-faults", "fakes/eboekhouden/soap.py"),
    ("error text", r"3", "bz-access-denied", "fakes/bizzcloud/errors.py"),
    ("error text", r"[CEM]\w*\d+", "eb-errors", "fakes/eboekhouden/rules.py"),
    ("outcome", r"AddMutatie M006", "eb-used-invoice-number", "fakes/eboekhouden/settings.py"),
    ("outcome", r"AddMutatie CVELD002", "eb-mutation-lengths", "fakes/eboekhouden/rules.py"),
    ("outcome", r"AddRelatie CVELD002", "eb-relation-lengths", "fakes/eboekhouden/rules.py"),
    ("outcome", r"AddMutatie CBTW001", "eb-vat-codes", "fakes/eboekhouden/vat.py"),
    ("outcome", r"GetMutaties CQUOTA001", "eb-quota", "fakes/eboekhouden/settings.py"),
    ("outcome", r"\w+ E0023", "eb-session-lifetime", "fakes/eboekhouden/settings.py"),
    ("outcome", r"common\.authenticate .*", "bz-authenticate", "fakes/bizzcloud/rpc.py"),
    ("status", r"eboekhouden .*", "eb-faults", "fakes/eboekhouden/soap.py"),
    ("(status|header)", r"bizzcloud .*", "bz-http-status", "fakes/bizzcloud/app.py"),
    ("field (gone|new)", r".*ErrorMsg.*", "eb-errors", "fakes/eboekhouden/codec.py"),
    ("field (gone|new)", r"common\.version/.*", "bz-version", "fakes/bizzcloud/rpc.py"),
    ("field (gone|new)|type|value", r".*\.fields_get/.*", "bz-fields", "fakes/bizzcloud/models/"),
    ("value", r"common\.version/.*", "bz-version", "fakes/bizzcloud/rpc.py"),
    ("type", r".*\.read/.*", "bz-empty-is-false", "fakes/bizzcloud/fields.py"),
    ("order of rows", r"GetMutaties", "eb-mutation-order", "fakes/eboekhouden/operations.py"),
    ("order of rows", r"res\.partner\.search", "bz-search-order", "fakes/bizzcloud/search.py"),
    ("rows", r"GetMutaties", "eb-mutation-read", "fakes/eboekhouden/operations.py"),
    ("namespace", r"eboekhouden .*", "eb-interface", "fakes/eboekhouden/soap.py"),
    ("numbering", r"AddMutatie", "eb-mutation-number", "fakes/eboekhouden/books.py"),
    ("date form", r"eboekhouden", "eb-mutation-read", "fakes/eboekhouden/codec.py"),
    ("decimals", r"eboekhouden", "eb-decimals", "fakes/eboekhouden/codec.py"),
    (FIELDS, r"cMutatie.*", "eb-mutation-read", "fakes/eboekhouden/wire.py"),
    (FIELDS, r"c[A-Z].*", "eb-interface", "fakes/eboekhouden/wire.py"),
)
"""Kind, subject, the evidence entry, and the place in the fake; the first that fits counts."""


def promise_of(finding: Finding) -> tuple[str, str]:
    """Return the id of the promise that a finding touches and the place in the fake."""
    for kind, subject, promise, place in TOUCHES:
        if re.fullmatch(kind, finding.kind) and re.fullmatch(subject, finding.subject):
            return promise, place
    return "", ""
