"""What is known of Bizzcloud and cannot be promised by a test over its protocols: why not."""

CALLED = "it is the service that calls, not a client"
PAGES = "the pages are for people: they ask for a login of their own, which no client has"
CLOCK = "it takes a clock that can be set, or a transaction that can be held"
SET_UP = "it takes users, companies or settings that no shop's database should be given for a test"
HARM = "it throws thousands of broken requests at a service, which is done to a fake only"
WHOLE = "it holds for the database of the recording, and for the fake that begins as that one did"
FAKE_ONLY = "no promise asks for it yet; the tests of the fake show it"

REASONS: dict[str, str] = {
    "bz-late-commit": "it takes two transactions that overlap; no client decides when one commits",
    "bz-push": "it is the service that calls; a push can be received, not asked for",
    "bz-recorded-exchanges": WHOLE,
    "bz-write-date-start": CLOCK,
    "bz-tax-globally": SET_UP,
    "bz-fault-codes": FAKE_ONLY,
    "bz-fault-access": SET_UP,
    "bz-groups": SET_UP,
    "bz-company-rule": SET_UP,
    "bz-fault-words": FAKE_ONLY,
    "bz-exec-workflow": FAKE_ONLY,
    "bz-reference-order": FAKE_ONLY,
    "bz-text-order": FAKE_ONLY,
    "bz-operators": FAKE_ONLY,
    "bz-active-test": FAKE_ONLY,
    "bz-ids": WHOLE,
    "bz-referred-kept": FAKE_ONLY,
    "bz-commands": FAKE_ONLY,
    "bz-whole-calls": FAKE_ONLY,
    "bz-defaults": FAKE_ONLY,
    "bz-copy": FAKE_ONLY,
    "bz-read-group": FAKE_ONLY,
    "bz-wrong-types": FAKE_ONLY,
    "bz-committed-late": CLOCK,
    "bz-chart": WHOLE,
    "bz-installed-when": CLOCK,
    "bz-invoice-steps": FAKE_ONLY,
    "bz-journal-forbids": SET_UP,
    "bz-half-cents": FAKE_ONLY,
    "bz-tax-grouping": FAKE_ONLY,
    "bz-tax-included": FAKE_ONLY,
    "bz-payment": FAKE_ONLY,
    "bz-payment-term": FAKE_ONLY,
    "bz-till-one-session": FAKE_ONLY,
    "bz-till-change": FAKE_ONLY,
    "bz-till-unpaid": FAKE_ONLY,
    "bz-till-close": FAKE_ONLY,
    "bz-cash-in-and-out": FAKE_ONLY,
    "bz-cash-difference": FAKE_ONLY,
    "bz-push-retry": CALLED,
    "bz-push-rules": CALLED,
    "bz-activation": PAGES,
    "bz-activation-wire": CALLED,
    "bz-support-unlinks": PAGES,
    "bz-hostile": HARM,
}
"""By evidence entry; shown as not tried, with this reason."""
