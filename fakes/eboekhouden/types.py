"""The types of the service, declared once, by their names on the wire.

The codec, the WSDL and spyne's own application are all made from these declarations
(evidence: eb-interface). Texts may be absent and are never nil; numbers, dates, enums and booleans
are always there, save where the declaration says otherwise.
"""

from typing import Any

from spyne import (
    AnyXml,
    Array,
    Boolean,
    ComplexModel,
    DateTime,
    Decimal,
    Double,
    Enum,
    Integer64,
    Unicode,
)

NAMESPACE = "http://www.e-boekhouden.nl/soap"

Text = Unicode(min_occurs=0, nillable=False)
Long = Integer64(min_occurs=1, nillable=False)
OptionalLong = Integer64(min_occurs=0, nillable=False)
Moment = DateTime(min_occurs=1, nillable=False)
NillableMoment = DateTime(min_occurs=1, nillable=True)
FloatAmount = Double(min_occurs=1, nillable=False)
Amount = Decimal(min_occurs=1, nillable=False)
YesNo = Boolean(min_occurs=1, nillable=False)
Untyped = AnyXml(min_occurs=0, nillable=False)


def optional(record: Any) -> Any:
    """Return a type for a field that may be absent and is never nil."""
    return record.customize(min_occurs=0, nillable=False)


def array_of(item: Any) -> Any:
    """Return the array of a type, named and filled as .NET does: ArrayOfCSaldo of cSaldo."""
    name = item.get_type_name()
    return Array(
        item.customize(min_occurs=0, max_occurs="unbounded", nillable=True),
        type_name=f"ArrayOf{name[0].upper()}{name[1:]}",
        member_name=name,
        min_occurs=0,
        nillable=False,
    )


def made(record: Any, **values: Any) -> Any:
    """Return a record of a declared type with exactly these fields, without spyne's walk."""
    instance = record.__new__(record)
    instance.__dict__ = values
    return instance


def _enum(name: str, *values: str) -> Any:
    made = Enum(*values, type_name=name)
    made.__namespace__ = NAMESPACE
    return made.customize(min_occurs=1, nillable=False)


MutationKind = _enum(
    "enMutatieSoorten",
    "OpeningsSaldo",
    "FactuurOntvangen",
    "FactuurVerstuurd",
    "FactuurbetalingOntvangen",
    "FactuurbetalingVerstuurd",
    "GeldOntvangen",
    "GeldUitgegeven",
    "Memoriaal",
)
OpenItemKind = _enum("enOpenpostenSoort", "Debiteuren", "Crediteuren")


class cError(ComplexModel):
    """What went wrong; both texts are empty when nothing did."""

    __namespace__ = NAMESPACE
    LastErrorCode = Text
    LastErrorDescription = Text


class cAdministratie(ComplexModel):
    """An administration that the login may open."""

    __namespace__ = NAMESPACE
    Bedrijf = Text
    Plaats = Text
    Guid = Text
    StartBoekjaar = Text


class cResultGetAdministraties(ComplexModel):
    """Answer of GetAdministraties."""

    __namespace__ = NAMESPACE
    ErrorMsg = optional(cError)
    Administraties = array_of(cAdministratie)


class cSaldoFilter(ComplexModel):
    """Which balance is asked; a date or cost centre that is empty or 0 does not filter."""

    __namespace__ = NAMESPACE
    GbCode = Text
    KostenPlaatsId = Long
    DatumVan = NillableMoment
    DatumTot = NillableMoment


class cResultGetSaldo(ComplexModel):
    """Answer of GetSaldo."""

    __namespace__ = NAMESPACE
    ErrorMsg = optional(cError)
    Saldo = FloatAmount


class cSaldiFilter(ComplexModel):
    """Which balances are asked."""

    __namespace__ = NAMESPACE
    KostenPlaatsId = Long
    DatumVan = NillableMoment
    DatumTot = NillableMoment
    Categorie = Text


class cSaldo(ComplexModel):
    """The balance of one ledger account."""

    __namespace__ = NAMESPACE
    ID = Long
    Code = Text
    Categorie = Text
    Saldo = FloatAmount


class cResultGetSaldi(ComplexModel):
    """Answer of GetSaldi."""

    __namespace__ = NAMESPACE
    ErrorMsg = optional(cError)
    Saldi = array_of(cSaldo)


class cFactuurRegel(ComplexModel):
    """A line of an invoice that is made in e-Boekhouden itself."""

    __namespace__ = NAMESPACE
    Aantal = FloatAmount
    Eenheid = Text
    Code = Text
    Omschrijving = Text
    PrijsPerEenheid = FloatAmount
    BTWCode = Text
    TegenrekeningCode = Text
    KostenplaatsID = Long


class cFactuur(ComplexModel):
    """An invoice to make in e-Boekhouden itself."""

    __namespace__ = NAMESPACE
    Factuurnummer = Text
    Relatiecode = Text
    Datum = Moment
    Betalingstermijn = Long
    Factuursjabloon = Text
    PerEmailVerzenden = YesNo
    EmailOnderwerp = Text
    EmailBericht = Text
    EmailVanAdres = Text
    EmailVanNaam = Text
    AutomatischeIncasso = YesNo
    IncassoIBAN = Text
    IncassoMachtigingSoort = Text
    IncassoMachtigingID = Text
    IncassoMachtigingDatumOndertekening = Moment
    IncassoMachtigingFirst = YesNo
    IncassoRekeningNummer = Text
    IncassoTnv = Text
    IncassoPlaats = Text
    IncassoOmschrijvingRegel1 = Text
    IncassoOmschrijvingRegel2 = Text
    IncassoOmschrijvingRegel3 = Text
    InBoekhoudingPlaatsen = YesNo
    BoekhoudmutatieOmschrijving = Text
    Regels = array_of(cFactuurRegel)


class cResultAddFactuur(ComplexModel):
    """Answer of AddFactuur."""

    __namespace__ = NAMESPACE
    ErrorMsg = optional(cError)
    Factuurnummer = Text


class cFactuurFilter(ComplexModel):
    """Which invoices are asked."""

    __namespace__ = NAMESPACE
    Factuurnummer = Text
    Relatiecode = Text
    DatumVan = Moment
    DatumTm = Moment


class cFactuurList(ComplexModel):
    """An invoice as GetFacturen lists it."""

    __namespace__ = NAMESPACE
    Factuurnummer = Text
    Relatiecode = Untyped
    Datum = Moment
    Betalingstermijn = Long
    TotaalExclBTW = FloatAmount
    TotaalBTW = FloatAmount
    TotaalInclBTW = FloatAmount
    TotaalOpenstaand = FloatAmount
    URLPDFBestand = Text
    Regels = array_of(cFactuurRegel)


class cResultGetFacturen(ComplexModel):
    """Answer of GetFacturen."""

    __namespace__ = NAMESPACE
    ErrorMsg = optional(cError)
    Facturen = array_of(cFactuurList)


class cMutatieRegel(ComplexModel):
    """A line of a mutation to book."""

    __namespace__ = NAMESPACE
    BedragInvoer = Amount
    BedragExclBTW = Amount
    BedragBTW = Amount
    BedragInclBTW = Amount
    BTWCode = Text
    BTWPercentage = Amount
    TegenrekeningCode = Text
    KostenplaatsID = Long


class cMutatie(ComplexModel):
    """A mutation to book."""

    __namespace__ = NAMESPACE
    MutatieNr = Long
    Soort = MutationKind
    Datum = Moment
    Rekening = Text
    RelatieCode = Text
    Factuurnummer = Text
    Boekstuk = Text
    Omschrijving = Text
    Betalingstermijn = Text
    Betalingskenmerk = Text
    InExBTW = Text
    MutatieRegels = array_of(cMutatieRegel)


class cResultAddMutatie(ComplexModel):
    """Answer of AddMutatie."""

    __namespace__ = NAMESPACE
    ErrorMsg = optional(cError)
    Mutatienummer = Long


class cMutatieFilter(ComplexModel):
    """Which mutations are asked; 0 and empty do not filter."""

    __namespace__ = NAMESPACE
    MutatieNr = Long
    MutatieNrVan = OptionalLong
    MutatieNrTm = OptionalLong
    Factuurnummer = Text
    DatumVan = Moment
    DatumTm = Moment


class cMutatieListRegel(ComplexModel):
    """A line of a mutation as GetMutaties lists it."""

    __namespace__ = NAMESPACE
    BedragInvoer = Amount
    BedragExclBTW = Amount
    BedragBTW = Amount
    BedragInclBTW = Amount
    BTWCode = Text
    BTWPercentage = Amount
    Factuurnummer = Text
    TegenrekeningCode = Text
    KostenplaatsID = Long


class cMutatieList(ComplexModel):
    """A mutation as GetMutaties lists it."""

    __namespace__ = NAMESPACE
    MutatieNr = Long
    Soort = MutationKind
    Datum = Moment
    Rekening = Text
    RelatieCode = Text
    Factuurnummer = Text
    Boekstuk = Text
    Omschrijving = Text
    Betalingstermijn = Text
    InExBTW = Text
    MutatieRegels = array_of(cMutatieListRegel)


class cResultGetMutaties(ComplexModel):
    """Answer of GetMutaties."""

    __namespace__ = NAMESPACE
    ErrorMsg = optional(cError)
    Mutaties = array_of(cMutatieList)


class cGrootboekrekening(ComplexModel):
    """A ledger account."""

    __namespace__ = NAMESPACE
    ID = Long
    Code = Text
    Omschrijving = Text
    Categorie = Text
    Groep = Text


class cResultAddGrootboekrekening(ComplexModel):
    """Answer of AddGrootboekrekening."""

    __namespace__ = NAMESPACE
    ErrorMsg = optional(cError)
    Gb_ID = Long


class cGrootboekrekeningFilter(ComplexModel):
    """Which ledger accounts are asked."""

    __namespace__ = NAMESPACE
    ID = Long
    Code = Text
    Categorie = Text


class cResultGetGrootboekrekeningen(ComplexModel):
    """Answer of GetGrootboekrekeningen."""

    __namespace__ = NAMESPACE
    ErrorMsg = optional(cError)
    Rekeningen = array_of(cGrootboekrekening)


class cRelatie(ComplexModel):
    """A customer or supplier."""

    __namespace__ = NAMESPACE
    ID = Long
    AddDatum = Moment
    Code = Text
    Bedrijf = Text
    Contactpersoon = Text
    Geslacht = Text
    Adres = Text
    Postcode = Text
    Plaats = Text
    Land = Text
    Adres2 = Text
    Postcode2 = Text
    Plaats2 = Text
    Land2 = Text
    Telefoon = Text
    GSM = Text
    FAX = Text
    Email = Text
    Site = Text
    Notitie = Text
    Bankrekening = Text
    Girorekening = Text
    BTWNummer = Text
    KvkNummer = Text
    Aanhef = Text
    IBAN = Text
    BIC = Text
    BP = Text
    Def1 = Text
    Def2 = Text
    Def3 = Text
    Def4 = Text
    Def5 = Text
    Def6 = Text
    Def7 = Text
    Def8 = Text
    Def9 = Text
    Def10 = Text
    LA = Text
    Gb_ID = Long
    GeenEmail = Long
    NieuwsbriefgroepenCount = Long


class cResultAddRelatie(ComplexModel):
    """Answer of AddRelatie."""

    __namespace__ = NAMESPACE
    ErrorMsg = optional(cError)
    Rel_ID = Long


class cRelatieFilter(ComplexModel):
    """Which relations are asked."""

    __namespace__ = NAMESPACE
    Trefwoord = Text
    Code = Text
    ID = Long


class cResultGetRelaties(ComplexModel):
    """Answer of GetRelaties."""

    __namespace__ = NAMESPACE
    ErrorMsg = optional(cError)
    Relaties = array_of(cRelatie)


class cOpenPost(ComplexModel):
    """What is open on one invoice."""

    __namespace__ = NAMESPACE
    MutDatum = Moment
    MutFactuur = Text
    RelCode = Text
    RelBedrijf = Text
    Bedrag = FloatAmount
    Voldaan = FloatAmount
    Openstaand = FloatAmount


class cResultGetOpenPosten(ComplexModel):
    """Answer of GetOpenPosten."""

    __namespace__ = NAMESPACE
    ErrorMsg = optional(cError)
    Openposten = array_of(cOpenPost)


class cResultOpenSession(ComplexModel):
    """Answer of OpenSession and OpenSessionSub."""

    __namespace__ = NAMESPACE
    ErrorMsg = optional(cError)
    SessionID = Text


class cResultAutoLogin(ComplexModel):
    """Answer of AutoLogin."""

    __namespace__ = NAMESPACE
    ErrorMsg = optional(cError)
    Token = Text


class cKostenplaatsFilter(ComplexModel):
    """Which cost centres are asked."""

    __namespace__ = NAMESPACE
    KostenplaatsID = OptionalLong
    KostenplaatsParentID = OptionalLong
    Omschrijving = Text


class cKostenplaats(ComplexModel):
    """A cost centre."""

    __namespace__ = NAMESPACE
    KostenplaatsId = Long
    Omschrijving = Text
    KostenplaatsParentId = Long


class cResultGetKostenplaatsen(ComplexModel):
    """Answer of GetKostenplaatsen."""

    __namespace__ = NAMESPACE
    ErrorMsg = optional(cError)
    Kostenplaatsen = array_of(cKostenplaats)


class cArtikelFilter(ComplexModel):
    """Which articles are asked."""

    __namespace__ = NAMESPACE
    ArtikelID = OptionalLong
    ArtikelOmschrijving = Text
    ArtikelCode = Text
    GroepOmschrijving = Text
    GroepCode = Text


class cArtikel(ComplexModel):
    """An article of the price list."""

    __namespace__ = NAMESPACE
    ArtikelID = Long
    ArtikelOmschrijving = Text
    ArtikelCode = Text
    GroepOmschrijving = Text
    GroepCode = Text
    Eenheid = Text
    InkoopprijsExclBTW = Amount
    VerkoopprijsExclBTW = Amount
    VerkoopprijsInclBTW = Amount
    BTWCode = Text
    TegenrekeningCode = Text
    BtwPercentage = Amount
    KostenplaatsID = Long
    Actief = YesNo


class cResultGetArtikelen(ComplexModel):
    """Answer of GetArtikelen."""

    __namespace__ = NAMESPACE
    ErrorMsg = optional(cError)
    Artikelen = array_of(cArtikel)
