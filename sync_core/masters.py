"""Ledger accounts and relations: what is copied, adopted, changed, or left to a person. Pure."""

from collections.abc import Mapping, Set
from dataclasses import fields, replace
from typing import Any

from sync_core.bookings import RELATION_LIMITS, LedgerAccount, Relation, too_long
from sync_core.documents import Account, AccountNature, DocumentKey, Partner
from sync_core.effects import (
    AddLedgerAccount,
    AddRelation,
    Binding,
    BindingOf,
    ChangeLedgerAccount,
    ChangeRelation,
    ClaimedBy,
    Done,
    LedgerAccounts,
    MaybeDone,
    NameWeGave,
    NotDone,
    RelationsWithVatNumber,
    RelationWithCode,
    SaidNo,
    SaveBinding,
    Sent,
    Steps,
    TryLater,
    ask,
)
from sync_core.journal import Reason
from sync_core.link import LinkOptions

BALANCE = "BAL"
PROFIT_AND_LOSS = "VW"
ACCOUNT_CODE_TAKEN = "CGB001"
"""The service's code for a ledger account that is there already (evidence: errors)."""

RELATION_CODE_TAKEN = "CREL001"
"""The service's code for a relation code that is in use (evidence: errors)."""

LONGEST_RELATION_CODE = 15


def follow_account(account: Account, options: LinkOptions) -> Steps[Reason | None]:
    """Copy a ledger account that the books lack; return why a person must do it, or None.

    View accounts, closed ones and those that hold VAT are not copied: e-Boekhouden books VAT by
    code. SOAP adds balance and profit-and-loss accounts only, so one for money (cash, bank) is
    asked of the bookkeeper. An account that the coupling did not add is never renamed.
    """
    if account.nature is AccountNature.NOT_POSTED_TO or account.holds_tax or not account.active:
        return None
    code = options.accounts.get(account.code, account.code)
    held = (yield from ask(LedgerAccounts())).get(code)
    category = PROFIT_AND_LOSS if account.nature is AccountNature.PROFIT_AND_LOSS else BALANCE
    if held is not None:
        refused = yield from _rename(account, held)
        return refused or _other_category(category, held)
    if account.nature is AccountNature.MONEY:
        return Reason("money-account-missing", {"account": code, "name": account.name})
    wanted = LedgerAccount(code, account.name, category)
    for field, length, limit in too_long(wanted):
        return _too_long(field, length, limit)
    sent = yield from ask(AddLedgerAccount(wanted))
    is_there = isinstance(sent, SaidNo) and sent.code == ACCOUNT_CODE_TAKEN
    if is_there or isinstance(sent, MaybeDone):
        # Somebody added it since the accounts were read, or we did and the answer was lost.
        held = (yield from ask(LedgerAccounts(fresh=True))).get(code)
        if held is not None:
            return _other_category(category, held)
    return _outcome(sent, "account-refused", code)


def missing_in_shop(
    held: Mapping[str, LedgerAccount], known: Set[str], options: LinkOptions
) -> list[LedgerAccount]:
    """Return the accounts that only the books have and that may be brought to the shop.

    Those for turnover, costs and the balance; debtors, creditors, money and VAT are of the books
    alone. `known` are the codes of the shop, which the link may map to others.
    """
    there = {options.accounts.get(code, code) for code in known}
    kinds = (BALANCE, PROFIT_AND_LOSS)
    return [each for each in held.values() if each.category in kinds and each.code not in there]


def follow_partner(partner: Partner) -> Steps[str | Reason]:
    """Bring a partner into the books; return the code of its relation, or why it waits.

    The code is the partner's reference when that is unique and at most 15 long, else `B` and its
    id; it never changes.
    """
    binding = yield from ask(BindingOf(partner.key))
    if binding is None:
        return (yield from _first_time(partner))
    if binding.written is None:
        return (yield from _once_more(partner, binding))
    return (yield from _change(partner, binding, binding.written))


def relation_of(partner: Partner, code: str) -> Relation:
    """Return the relation that a partner wants to be, under this code."""
    return Relation(
        code=code,
        name=partner.name,
        is_company=partner.is_company,
        street=partner.street,
        postcode=partner.postcode,
        city=partner.city,
        country=partner.country,
        phone=partner.phone,
        mobile=partner.mobile,
        fax=partner.fax,
        email=partner.email,
        vat_number=partner.vat_number,
    )


def _other_category(wanted: str, held: LedgerAccount) -> Reason | None:
    """Tell of an account that is on the balance on one side and not on the other."""
    if (held.category == PROFIT_AND_LOSS) == (wanted == PROFIT_AND_LOSS):
        return None
    details = {"account": f"{held.code} {held.name}", "wanted": wanted, "category": held.category}
    return Reason("account-category-differs", details)


def _rename(account: Account, held: LedgerAccount) -> Steps[Reason | None]:
    given = yield from ask(NameWeGave(held.code))
    if given is None or given == account.name:
        return None
    sent = yield from ask(ChangeLedgerAccount(replace(held, name=account.name)))
    return _outcome(sent, "account-refused", held.code)


def _first_time(partner: Partner) -> Steps[str | Reason]:
    if partner.vat_number:
        same = yield from ask(RelationsWithVatNumber(partner.vat_number))
        unclaimed = []
        for relation in same:
            if (yield from ask(ClaimedBy(relation.code))) is None:
                unclaimed.append(relation)
        if len(unclaimed) > 1:
            codes = ", ".join(relation.code for relation in unclaimed)
            return Reason("relation-ambiguous", {"number": partner.vat_number, "codes": codes})
        if unclaimed:
            return (yield from _adopt(partner, unclaimed[0]))
    code = yield from _code_for(partner)
    return (yield from _add(partner, Binding(partner.key, code, None)))


def _once_more(partner: Partner, claimed: Binding) -> Steps[str | Reason]:
    """Go on with a partner that was never seen to get in.

    A lost answer may have left a relation of ours under the code that was claimed then; where
    there is none, a new reference may be what a person mended.
    """
    code = yield from _code_for(partner)
    if code != claimed.code:
        held = yield from ask(RelationWithCode(claimed.code))
        if held is None or held.name != partner.name:
            return (yield from _add(partner, replace(claimed, code=code)))
    return (yield from _add(partner, claimed))


def _code_for(partner: Partner) -> Steps[str]:
    reference = partner.reference
    if reference and partner.reference_is_unique and len(reference) <= LONGEST_RELATION_CODE:
        claimed_by = yield from ask(ClaimedBy(reference))
        if claimed_by in (None, partner.key):
            return reference
    return (yield from _own_code_for(partner.key))


def _own_code_for(partner: DocumentKey) -> Steps[str]:
    """Return a partner's own code; the next one where another shop's partner has the same id."""
    code, attempt = own_code(partner), 1
    while (yield from ask(ClaimedBy(code))) not in (None, partner):
        attempt += 1
        code = f"{own_code(partner)}-{attempt}"
    return code


def own_code(partner: DocumentKey) -> str:
    """Return the relation code of a partner that has no reference of its own."""
    return f"B{partner.id}"


def _add(partner: Partner, binding: Binding) -> Steps[str | Reason]:
    wanted = relation_of(partner, binding.code)
    for field, length, limit in too_long(wanted):
        return _too_long(field, length, limit)
    yield from ask(SaveBinding(binding))
    sent = yield from ask(AddRelation(wanted))
    match sent:
        case Done():
            yield from ask(SaveBinding(Binding(partner.key, binding.code, wanted)))
            return binding.code
        case SaidNo(code, _) if code == RELATION_CODE_TAKEN:
            return (yield from _code_taken(partner, binding))
        case MaybeDone():
            held = yield from ask(RelationWithCode(binding.code))
            if held is not None:
                return (yield from _code_taken(partner, binding))
            raise TryLater
        case NotDone():
            raise TryLater
    description = f"{sent.code} {sent.description}".rstrip()
    return Reason("relation-refused", {"code": binding.code, "description": description})


def _code_taken(partner: Partner, binding: Binding) -> Steps[str | Reason]:
    held = yield from ask(RelationWithCode(binding.code))
    if held is None:
        raise TryLater
    if held.name == partner.name or (held.postcode and held.postcode == partner.postcode):
        return (yield from _adopt(partner, held))
    return Reason("relation-code-taken", {"code": binding.code, "name": held.name})


def _adopt(partner: Partner, held: Relation) -> Steps[str | Reason]:
    """Take over somebody's own relation; what the shop does not know of it stays as it is."""
    wanted = relation_of(partner, held.code)
    unknown: dict[str, Any] = {name: "" for name in RELATION_LIMITS if not getattr(wanted, name)}
    before = replace(held, id=0, **unknown)
    binding = Binding(partner.key, held.code, before)
    yield from ask(SaveBinding(binding))
    return (yield from _change(partner, binding, before))


def _change(partner: Partner, binding: Binding, written: Relation) -> Steps[str | Reason]:
    """Write what changed in the shop; what a person keeps of the relation stays theirs."""
    wanted = relation_of(partner, binding.code)
    if wanted == written:
        return binding.code
    for field, length, limit in too_long(wanted):
        return _too_long(field, length, limit)
    held = yield from ask(RelationWithCode(binding.code))
    if held is None:
        return (yield from _add(partner, replace(binding, written=None)))
    changed = {
        each.name: getattr(wanted, each.name)
        for each in fields(Relation)
        if each.name != "id" and getattr(wanted, each.name) != getattr(written, each.name)
    }
    sent = yield from ask(ChangeRelation(replace(held, **changed)))
    if isinstance(sent, Done):
        yield from ask(SaveBinding(replace(binding, written=wanted)))
        return binding.code
    return _outcome(sent, "relation-refused", binding.code) or binding.code


def _outcome(sent: Sent, reason: str, code: str) -> Reason | None:
    match sent:
        case Done():
            return None
        case SaidNo():
            description = f"{sent.code} {sent.description}".rstrip()
            return Reason(reason, {"code": code, "description": description})
    raise TryLater


def _too_long(field: str, length: int, limit: int) -> Reason:
    return Reason("text-too-long", {"field": field, "length": str(length), "limit": str(limit)})
