"""What is known of e-Boekhouden and cannot be promised by a test over SOAP: why not."""

PAGES = "the pages are for people: they ask for a login of their own, which no client has"

REASONS: dict[str, str] = {
    "eb-page-mutations": PAGES,
    "eb-page-last": PAGES,
    "eb-page-delete": PAGES,
    "eb-page-codes": PAGES,
    "eb-page-login": PAGES,
    "eb-auto-login-expires": PAGES,
    "eb-codes-chosen": "it says which codes are not known; each rule's own promise asks for a code",
    "eb-untyped": "a client that reads by type alone sees it; the suite's own reads texts",
    "eb-transfer": "how bytes travel is HTTP's matter; the suite leaves it to its library",
}
"""By evidence entry; shown as not tried, with this reason."""
