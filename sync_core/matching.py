"""When is a mutation in the books ours? Comparisons, each with one rule. Pure."""

from collections.abc import Mapping

from sync_core.bookings import Mutation


def same_booking(ours: Mutation, theirs: Mutation) -> bool:
    """Compare what recovery compares besides the mark: the kind and the amounts."""
    return ours.kind is theirs.kind and vat_by_code(ours) == vat_by_code(theirs)


def agrees(ours: Mutation, theirs: Mutation) -> bool:
    """Tell whether somebody's own booking is this document's: number, relation, date, amounts."""
    return not differences(ours, theirs)


def differences(ours: Mutation, theirs: Mutation) -> list[str]:
    """Return in which of the compared fields a somebody's own booking differs from ours."""
    checks = {
        "factuurnummer": ours.invoice_number == theirs.invoice_number,
        "relatie": ours.relation == theirs.relation,
        "datum": ours.date == theirs.date,
        "rekening": ours.account == theirs.account,
        "bedrag": ours.total == theirs.total,
        "btw": vat_by_code(ours) == vat_by_code(theirs),
    }
    return [name for name, equal in checks.items() if not equal]


def vat_by_code(mutation: Mutation) -> Mapping[str, tuple[object, object]]:
    """Return the amounts of a mutation per VAT code: without tax, and the tax."""
    sums: dict[str, tuple[object, object]] = {}
    for code in {line.vat_code for line in mutation.lines}:
        lines = [line for line in mutation.lines if line.vat_code == code]
        sums[code] = (sum(line.excluding for line in lines), sum(line.vat for line in lines))
    return sums
