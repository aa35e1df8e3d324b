"""What is known of Bizzcloud and cannot be promised by a test over its protocols: why not."""

CALLED = "it is the service that calls, not a client"
PAGES = "the pages are for people: they ask for a login of their own, which no client has"
CLOCK = "it takes a clock that can be set, or a transaction that can be held"
SET_UP = "it takes users, companies or settings that no shop's database should be given for a test"
HARM = "it throws thousands of broken requests at a service, which is done to a fake only"
WHOLE = "it holds for the database of the recording, and for the fake that begins as that one did"

REASONS: dict[str, str] = {
    "bz-late-commit": "it takes two transactions that overlap; no client decides when one commits",
    "bz-push": "it is the service that calls; a push can be received, not asked for",
    "bz-recorded-exchanges": WHOLE,
    "bz-write-date-start": CLOCK,
    "bz-tax-globally": SET_UP,
    "bz-fault-access": SET_UP,
    "bz-groups": SET_UP,
    "bz-company-rule": SET_UP,
    "bz-ids": WHOLE,
    "bz-committed-late": CLOCK,
    "bz-chart": WHOLE,
    "bz-installed-when": CLOCK,
    "bz-journal-forbids": SET_UP,
    "bz-push-retry": CALLED,
    "bz-push-rules": CALLED,
    "bz-activation": PAGES,
    "bz-activation-wire": CALLED,
    "bz-support-unlinks": PAGES,
    "bz-hostile": HARM,
}
"""By evidence entry; shown as not tried, with this reason."""
