"""Between the wire's own words and the books': `cMutatie` to `Mutation` and back, and so on.

What comes from the wire may lack any field; what goes to it is complete. Decimals are taken with
any number of places and rounded to cents here, once (evidence: eb-decimals). A moment becomes a
day in Amsterdam (evidence: eb-zones); the year 1, which .NET sends for "no date", is none.
"""

from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from fakes.eboekhouden import types
from fakes.eboekhouden.books import Administration
from fakes.eboekhouden.chart import Category
from fakes.eboekhouden.codec import MOST_REMEMBERED
from fakes.eboekhouden.errors import Error, Refused
from fakes.eboekhouden.records import (
    Article,
    CostCentre,
    Invoice,
    InvoiceLine,
    Kind,
    LedgerAccount,
    Mutation,
    MutationLine,
    OpenItem,
    Relation,
)
from fakes.eboekhouden.vat import cents

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
ZERO = Decimal(0)
TOO_LARGE = Decimal(10) ** 15
KINDS = {kind.value: kind for kind in Kind}

RELATION_DETAILS = (
    "Contactpersoon",
    "Geslacht",
    "Adres",
    "Postcode",
    "Plaats",
    "Land",
    "Adres2",
    "Postcode2",
    "Plaats2",
    "Land2",
    "Telefoon",
    "GSM",
    "FAX",
    "Email",
    "Site",
    "Notitie",
    "Bankrekening",
    "Girorekening",
    "BTWNummer",
    "KvkNummer",
    "Aanhef",
    "IBAN",
    "BIC",
    *(f"Def{number}" for number in range(1, 11)),
    "LA",
)
"""The fields of a relation that the books keep as they came."""


def day(moment: datetime | None) -> date | None:
    """Return the day of a moment in Amsterdam; None for no moment, and for .NET's year 1.

    A moment whose day in Amsterdam would be past the last of all days is of that last day.
    """
    if moment is None or moment.year == 1:
        return None
    try:
        return (moment.astimezone(AMSTERDAM) if moment.tzinfo else moment).date()
    except OverflowError:
        return date.max


def moment(on: date) -> datetime:
    """Return a day as the service writes it: midnight, without a zone."""
    return datetime.combine(on, time())


def mutation_from(sent: Any) -> Mutation:
    """Return the mutation that a `cMutatie` asks for; raises Refused when it cannot be one."""
    if sent is None:
        raise Refused(Error.VALUE_MISSING, "oMut is niet ingevuld.")
    on = day(sent.Datum)
    if sent.Soort is None or on is None:
        raise Refused(Error.VALUE_MISSING, "Soort en Datum zijn verplicht.")
    entered = sent.InExBTW or "EX"
    if entered not in ("IN", "EX"):
        raise Refused(Error.VALUE_UNKNOWN, f"InExBTW is {entered!r}; verwacht: IN of EX.")
    return Mutation(
        number=0,
        kind=KINDS[str(sent.Soort)],
        date=on,
        account=sent.Rekening or "",
        lines=tuple(
            [_mutation_line_from(line) for line in sent.MutatieRegels or () if line is not None]
        ),
        relation=sent.RelatieCode or "",
        invoice_number=sent.Factuurnummer or "",
        document=sent.Boekstuk or "",
        description=sent.Omschrijving or "",
        payment_term=sent.Betalingstermijn or "",
        payment_reference=sent.Betalingskenmerk or "",
        entered_with_vat=entered == "IN",
    )


def _mutation_line_from(sent: Any) -> MutationLine:
    return MutationLine(
        entered=amount(sent.BedragInvoer),
        excluding_vat=amount(sent.BedragExclBTW),
        vat=amount(sent.BedragBTW),
        including_vat=amount(sent.BedragInclBTW),
        vat_code=sent.BTWCode or "",
        vat_percentage=sent.BTWPercentage or ZERO,
        counter_account=sent.TegenrekeningCode or "",
        cost_centre=sent.KostenplaatsID or 0,
    )


@lru_cache(MOST_REMEMBERED)
def amount(sent: Decimal | None) -> Decimal:
    """Return an amount in cents; an absent one is nothing. Raises Refused when it is no amount.

    Equal amounts are one object, so that books of many mutations stay small.
    """
    if sent is None:
        return cents(ZERO)
    if not sent.is_finite() or not -TOO_LARGE < sent < TOO_LARGE:
        raise Refused(Error.AMOUNT_TOO_LARGE, "Een bedrag is te groot om te boeken.")
    return cents(sent)


def mutation_to(mutation: Mutation) -> Any:
    """Return a mutation as GetMutaties lists it."""
    return types.made(
        types.cMutatieList,
        MutatieNr=mutation.number,
        Soort=mutation.kind.value,
        Datum=moment(mutation.date),
        Rekening=mutation.account,
        RelatieCode=mutation.relation,
        Factuurnummer=mutation.invoice_number,
        Boekstuk=mutation.document,
        Omschrijving=mutation.description,
        Betalingstermijn=mutation.payment_term,
        InExBTW="IN" if mutation.entered_with_vat else "EX",
        MutatieRegels=[
            types.made(
                types.cMutatieListRegel,
                BedragInvoer=line.entered,
                BedragExclBTW=line.excluding_vat,
                BedragBTW=line.vat,
                BedragInclBTW=line.including_vat,
                BTWCode=line.vat_code,
                BTWPercentage=line.vat_percentage,
                Factuurnummer=mutation.invoice_number,
                TegenrekeningCode=line.counter_account,
                KostenplaatsID=line.cost_centre,
            )
            for line in mutation.lines
        ],
    )


def relation_from(sent: Any, today: date, number: int) -> Relation:
    """Return the relation that a `cRelatie` asks for, under this id."""
    if sent is None:
        raise Refused(Error.VALUE_MISSING, "oRel is niet ingevuld.")
    return Relation(
        id=number,
        code=sent.Code or "",
        company=sent.Bedrijf or "",
        kind=sent.BP or "",
        added=day(sent.AddDatum) or today,
        details={name: getattr(sent, name) or "" for name in RELATION_DETAILS},
        ledger_account=sent.Gb_ID or 0,
        no_email=sent.GeenEmail or 0,
        newsletter_groups=sent.NieuwsbriefgroepenCount or 0,
    )


def relation_to(relation: Relation) -> Any:
    """Return a relation as GetRelaties lists it."""
    return types.made(
        types.cRelatie,
        ID=relation.id,
        AddDatum=moment(relation.added),
        Code=relation.code,
        Bedrijf=relation.company,
        BP=relation.kind,
        Gb_ID=relation.ledger_account,
        GeenEmail=relation.no_email,
        NieuwsbriefgroepenCount=relation.newsletter_groups,
        **{name: relation.details.get(name, "") for name in RELATION_DETAILS},
    )


def account_from(sent: Any) -> LedgerAccount:
    """Return the ledger account that a `cGrootboekrekening` asks for.

    Raises Refused for a category that does not exist.
    """
    if sent is None:
        raise Refused(Error.VALUE_MISSING, "oGb is niet ingevuld.")
    try:
        category = Category(sent.Categorie or "")
    except ValueError as wrong:
        raise Refused(
            Error.VALUE_UNKNOWN, f"Categorie is {sent.Categorie!r}; verwacht: BAL of VW."
        ) from wrong
    return LedgerAccount(
        sent.ID or 0, sent.Code or "", sent.Omschrijving or "", category, sent.Groep or ""
    )


def account_to(account: LedgerAccount) -> Any:
    """Return a ledger account as GetGrootboekrekeningen lists it."""
    return types.made(
        types.cGrootboekrekening,
        ID=account.id,
        Code=account.code,
        Omschrijving=account.description,
        Categorie=account.category.value,
        Groep=account.group,
    )


def invoice_from(sent: Any) -> Invoice:
    """Return the invoice that a `cFactuur` asks for; raises Refused when it cannot be one."""
    if sent is None:
        raise Refused(Error.VALUE_MISSING, "oFact is niet ingevuld.")
    on = day(sent.Datum)
    if on is None:
        raise Refused(Error.VALUE_MISSING, "Datum is verplicht.")
    return Invoice(
        number=sent.Factuurnummer or "",
        relation=sent.Relatiecode or "",
        date=on,
        payment_term=sent.Betalingstermijn or 0,
        lines=tuple(_invoice_line_from(line) for line in sent.Regels or () if line is not None),
        excluding_vat=ZERO,
        vat=ZERO,
    )


def _invoice_line_from(sent: Any) -> InvoiceLine:
    quantity, price = _number(sent.Aantal), _number(sent.PrijsPerEenheid)
    return InvoiceLine(
        quantity=quantity,
        unit=sent.Eenheid or "",
        code=sent.Code or "",
        description=sent.Omschrijving or "",
        price=price,
        vat_code=sent.BTWCode or "",
        counter_account=sent.TegenrekeningCode or "",
        cost_centre=sent.KostenplaatsID or 0,
    )


def _number(sent: float | None) -> Decimal:
    number = Decimal(repr(sent or 0.0))
    if not number.is_finite() or abs(number) >= Decimal(10) ** 9:
        raise Refused(Error.AMOUNT_TOO_LARGE, "Een aantal of prijs is te groot.")
    return number


def invoice_to(invoice: Invoice, open_amount: Decimal) -> Any:
    """Return an invoice as GetFacturen lists it; there is no PDF."""
    return types.made(
        types.cFactuurList,
        Factuurnummer=invoice.number,
        Relatiecode=invoice.relation,
        Datum=moment(invoice.date),
        Betalingstermijn=invoice.payment_term,
        TotaalExclBTW=float(invoice.excluding_vat),
        TotaalBTW=float(invoice.vat),
        TotaalInclBTW=float(invoice.total),
        TotaalOpenstaand=float(open_amount),
        URLPDFBestand="",
        Regels=[
            types.made(
                types.cFactuurRegel,
                Aantal=float(line.quantity),
                Eenheid=line.unit,
                Code=line.code,
                Omschrijving=line.description,
                PrijsPerEenheid=float(line.price),
                BTWCode=line.vat_code,
                TegenrekeningCode=line.counter_account,
                KostenplaatsID=line.cost_centre,
            )
            for line in invoice.lines
        ],
    )


def open_item_to(item: OpenItem, books: Administration) -> Any:
    """Return an open item as GetOpenPosten lists it."""
    relation = books.relations.get(item.relation)
    return types.made(
        types.cOpenPost,
        MutDatum=moment(item.date),
        MutFactuur=item.invoice_number,
        RelCode=item.relation,
        RelBedrijf=relation.company if relation else "",
        Bedrag=float(item.amount),
        Voldaan=float(item.settled),
        Openstaand=float(item.open),
    )


def cost_centre_to(centre: CostCentre) -> Any:
    """Return a cost centre as GetKostenplaatsen lists it."""
    return types.made(
        types.cKostenplaats,
        KostenplaatsId=centre.id,
        Omschrijving=centre.description,
        KostenplaatsParentId=centre.parent,
    )


def article_to(article: Article) -> Any:
    """Return an article as GetArtikelen lists it."""
    return types.made(
        types.cArtikel,
        ArtikelID=article.id,
        ArtikelOmschrijving=article.description,
        ArtikelCode=article.code,
        GroepOmschrijving=article.group_description,
        GroepCode=article.group_code,
        Eenheid=article.unit,
        InkoopprijsExclBTW=article.purchase_price,
        VerkoopprijsExclBTW=article.price,
        VerkoopprijsInclBTW=article.price_with_vat,
        BTWCode=article.vat_code,
        TegenrekeningCode=article.counter_account,
        BtwPercentage=article.vat_percentage,
        KostenplaatsID=article.cost_centre,
        Actief=article.active,
    )
