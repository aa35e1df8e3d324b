"""Faulty variants of the coupling, made as patches, and what must catch each of them.

A variant is caught by a story of the library that no longer passes, or by a property (a function
of `tests.proof.properties`) that no longer holds. `python -m tests.broken.table` hands them to
`koppeling explore`, which knows neither.
"""

from collections.abc import Mapping

from tests.broken import documents, moves_and_shares, recovery_and_links
from tests.broken.variant import Variant

VARIANTS: Mapping[str, Variant] = {
    variant.name: variant
    for variant in (
        *recovery_and_links.VARIANTS,
        *documents.VARIANTS,
        *moves_and_shares.VARIANTS,
    )
}
"""Couplings that are broken on purpose, by name."""
