"""What a bookkeeper reads: for each reason to wait, why, what to do, and what happens then.

One catalogue, in Dutch and in English. A text may name details of its reason in braces.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from sync_core.journal import Reason
from sync_core.money_text import euros

Language = Literal["nl", "en"]


@dataclass(frozen=True)
class Sentences:
    """Why it waits, what to do and where, and what happens then."""

    why: str
    remedy: str
    then: str


_SELF = {"nl": "gaat daarna vanzelf mee", "en": "it then goes in by itself"}


def _nl(why: str, remedy: str, then: str = _SELF["nl"]) -> Sentences:
    return Sentences(why, remedy, then)


def _en(why: str, remedy: str, then: str = _SELF["en"]) -> Sentences:
    return Sentences(why, remedy, then)


CATALOGUE: Mapping[str, Mapping[Language, Sentences]] = {
    "account-category-differs": {
        "nl": _nl(
            "rekening {account} is in Bizzcloud van soort {wanted}, in e-Boekhouden van soort "
            "{category}",
            "verbeter de soort in Bizzcloud of in e-Boekhouden, of laat dit zo (leave-out)",
            "de koppeling verandert de soort niet",
        ),
        "en": _en(
            "account {account} is of category {wanted} in Bizzcloud and {category} in e-Boekhouden",
            "mend the category in Bizzcloud or in e-Boekhouden, or leave it so (leave-out)",
            "the coupling does not change the category",
        ),
    },
    "account-missing": {
        "nl": _nl(
            "rekening {account} staat niet in e-Boekhouden",
            "voeg rekening {name} toe onder Beheer > Grootboekrekeningen",
        ),
        "en": _en(
            "account {account} is not in e-Boekhouden",
            "add account {name} under Beheer > Grootboekrekeningen",
        ),
    },
    "account-not-financial": {
        "nl": _nl(
            "rekening {account} is geen financiële rekening (FIN)",
            "kies voor dit dagboek een rekening voor kas of bank in de instellingen van de "
            "koppeling",
        ),
        "en": _en(
            "account {account} is not a financial account (FIN)",
            "choose an account for cash or bank for this journal in the link's settings",
        ),
    },
    "account-of-wrong-category": {
        "nl": _nl(
            "rekening {account} is van soort {category} en kan geen tegenrekening zijn",
            "kies in Bizzcloud een andere rekening, of vertaal haar in de instellingen van de "
            "koppeling",
        ),
        "en": _en(
            "account {account} is of category {category} and cannot be a counter account",
            "choose another account in Bizzcloud, or map it in the link's settings",
        ),
    },
    "account-refused": {
        "nl": _nl(
            "e-Boekhouden weigert rekening {code}: {description}",
            "voeg de rekening zelf toe onder Beheer > Grootboekrekeningen, of vertaal haar in de "
            "instellingen van de koppeling",
        ),
        "en": _en(
            "e-Boekhouden refuses account {code}: {description}",
            "add the account yourself under Beheer > Grootboekrekeningen, or map it in the link's "
            "settings",
        ),
    },
    "adoption-not-allowed": {
        "nl": _nl(
            "mutatie {number} heeft hetzelfde factuurnummer en dezelfde bedragen",
            "zeg of mutatie {number} deze factuur is, of sta overnemen toe in de instellingen",
        ),
        "en": _en(
            "mutation {number} has the same invoice number and amounts",
            "say whether mutation {number} is this invoice, or allow adopting in the settings",
        ),
    },
    "books-not-answering": {
        "nl": _nl("e-Boekhouden gaf geen antwoord", "niets: het wordt opnieuw geprobeerd"),
        "en": _en("e-Boekhouden gave no answer", "nothing: it is tried again"),
    },
    "change-yourself": {
        "nl": _nl(
            "het document is in Bizzcloud gewijzigd nadat het was geboekt",
            "wijzig mutatie {numbers} zelf in e-Boekhouden",
            "meld daarna dat het zelf is geboekt",
        ),
        "en": _en(
            "the document was changed in Bizzcloud after it was booked",
            "change mutation {numbers} yourself in e-Boekhouden",
            "then say that you booked it yourself",
        ),
    },
    "currency": {
        "nl": _nl(
            "het document is in {currency}, niet in euro's",
            "boek het zelf, met de koers van de dag",
            "meld daarna dat het zelf is geboekt",
        ),
        "en": _en(
            "the document is in {currency}, not in euros",
            "book it yourself, at the day's rate",
            "then say that you booked it yourself",
        ),
    },
    "date-out-of-range": {
        "nl": _nl("de datum {date} neemt e-Boekhouden niet aan", "verbeter de datum in Bizzcloud"),
        "en": _en("e-Boekhouden does not take the date {date}", "mend the date in Bizzcloud"),
    },
    "foreign-vat": {
        "nl": _nl(
            "btw {tax} is van een ander land en hoort niet in de Nederlandse aangifte",
            "boek het document zelf",
            "meld daarna dat het zelf is geboekt",
        ),
        "en": _en(
            "tax {tax} is another country's and has no place in the Dutch VAT return",
            "book the document yourself",
            "then say that you booked it yourself",
        ),
    },
    "invoice-not-booked": {
        "nl": _nl("factuur {number} is nog niet geboekt", "los eerst op waarom die factuur wacht"),
        "en": _en("invoice {number} is not booked yet", "first mend what that invoice waits for"),
    },
    "journal-unmapped": {
        "nl": _nl(
            "voor betaalwijze {journal} is geen rekening gekozen",
            "kies een rekening voor {journal} in de instellingen van de koppeling",
        ),
        "en": _en(
            "no account is chosen for payment journal {journal}",
            "choose an account for {journal} in the link's settings",
        ),
    },
    "line-without-account": {
        "nl": _nl(
            "regel {line} heeft geen omzetrekening",
            "kies in Bizzcloud een omzetrekening bij het artikel",
        ),
        "en": _en("line {line} has no turnover account", "choose one at the product in Bizzcloud"),
    },
    "line-without-tax": {
        "nl": _nl(
            "regel {line} op omzetrekening {account} heeft geen btw",
            "kies in Bizzcloud een btw-tarief, of merk rekening {account} als vrijgesteld",
        ),
        "en": _en(
            "line {line} on turnover account {account} has no tax",
            "choose a tax in Bizzcloud, or mark account {account} as exempt",
        ),
    },
    "money-account-missing": {
        "nl": _nl(
            "rekening {account} {name} staat niet in e-Boekhouden",
            "voeg haar zelf toe als soort FIN onder Beheer > Grootboekrekeningen, of kies een "
            "andere rekening voor deze betaalwijze",
        ),
        "en": _en(
            "account {account} {name} is not in e-Boekhouden",
            "add it yourself as category FIN under Beheer > Grootboekrekeningen, or choose "
            "another account for this payment journal",
        ),
    },
    "number-taken-differently": {
        "nl": _nl(
            "mutatie {number} heeft hetzelfde factuurnummer, maar verschilt: {differs}",
            "verwijder of verbeter mutatie {number}, of meld dat zij deze factuur is",
        ),
        "en": _en(
            "mutation {number} has the same invoice number but differs: {differs}",
            "delete or mend mutation {number}, or say that it is this invoice",
        ),
    },
    "number-used": {
        "nl": _nl(
            "een andere factuur heeft nummer {invoice} al in e-Boekhouden (mutatie {number})",
            "kies een voorvoegsel voor de nummers van deze winkel in de instellingen van de "
            "koppeling, of zeg dat ook deze onder dat nummer wordt geboekt (opnieuw proberen)",
        ),
        "en": _en(
            "another invoice has number {invoice} in e-Boekhouden already (mutation {number})",
            "choose a prefix for this shop's numbers in the link's settings, or say that this one "
            "is to be booked under that number too (try again)",
        ),
    },
    "payment-term-too-long": {
        "nl": _nl(
            "de betalingstermijn van {days} dagen is te lang",
            "verbeter de vervaldatum in Bizzcloud",
        ),
        "en": _en("the payment term of {days} days is too long", "mend the due date in Bizzcloud"),
    },
    "payments-differ": {
        "nl": _nl(
            "er is {paid} betaald op een bon van {document}",
            "vul de betaling in Bizzcloud aan",
        ),
        "en": _en(
            "{paid} was paid on a receipt of {document}", "complete the payment in Bizzcloud"
        ),
    },
    "receipt-before-link": {
        "nl": _nl(
            "de factuur is van kassabon {receipt} van {day}, van voor de koppeling: die omzet "
            "staat er misschien al",
            "boek de factuur zelf, zonder de omzet nog eens, of laat haar weg (leave-out)",
            "meld daarna dat het zelf is geboekt",
        ),
        "en": _en(
            "the invoice is of receipt {receipt} of {day}, from before the link: its turnover may "
            "be there already",
            "book the invoice yourself, without its turnover a second time, or leave it out",
            "then say that you booked it yourself",
        ),
    },
    "receipt-without-customer": {
        "nl": _nl(
            "btw-code {codes} kan alleen voor een klant met een btw-nummer, en een bon heeft geen "
            "klant",
            "maak in Bizzcloud een factuur van deze bon",
        ),
        "en": _en(
            "VAT code {codes} needs a customer with a VAT number, and a receipt has no customer",
            "make an invoice of this receipt in Bizzcloud",
        ),
    },
    "refused": {
        "nl": _nl(
            "e-Boekhouden weigert de mutatie: {code} {description}",
            "neem weg wat e-Boekhouden noemt",
        ),
        "en": _en(
            "e-Boekhouden refuses the mutation: {code} {description}",
            "take away what e-Boekhouden names",
        ),
    },
    "relation-ambiguous": {
        "nl": _nl(
            "meer dan één relatie heeft btw-nummer {number}: {codes}",
            "voeg de relaties samen in e-Boekhouden",
        ),
        "en": _en(
            "more than one relation has VAT number {number}: {codes}",
            "merge the relations in e-Boekhouden",
        ),
    },
    "relation-code-taken": {
        "nl": _nl(
            "relatiecode {code} is in e-Boekhouden van {name}",
            "geef de klant in Bizzcloud een andere referentie, of verbeter de relatie",
        ),
        "en": _en(
            "relation code {code} belongs to {name} in e-Boekhouden",
            "give the customer another reference in Bizzcloud, or mend the relation",
        ),
    },
    "relation-refused": {
        "nl": _nl(
            "e-Boekhouden weigert relatie {code}: {description}",
            "verbeter de klant in Bizzcloud",
        ),
        "en": _en(
            "e-Boekhouden refuses relation {code}: {description}", "mend the customer in Bizzcloud"
        ),
    },
    "restored-backup": {
        "nl": _nl(
            "een ander document met dit nummer is al eerder geboekt; is Bizzcloud teruggezet?",
            "vergelijk met e-Boekhouden en zeg of dit document moet worden geboekt",
            "wordt geboekt zodra u dat zegt",
        ),
        "en": _en(
            "another document under this id was booked before; was Bizzcloud restored?",
            "compare with e-Boekhouden and say whether this one is to be booked",
            "it is booked once you say so",
        ),
    },
    "several-taxes": {
        "nl": _nl(
            "regel {line} heeft meer dan één btw-tarief: {taxes}",
            "kies in Bizzcloud één tarief per regel",
        ),
        "en": _en(
            "line {line} has more than one tax: {taxes}", "choose one tax a line in Bizzcloud"
        ),
    },
    "tax-not-printed": {
        "nl": _nl(
            "de factuur noemt geen bedrag voor btw {tax}", "bereken de btw opnieuw in Bizzcloud"
        ),
        "en": _en("the invoice prints no amount for tax {tax}", "recompute the taxes in Bizzcloud"),
    },
    "tax-rate-unfit": {
        "nl": _nl(
            "btw {tax} heeft tarief {rate}, dat niet bij zijn betekenis past",
            "verbeter de vertaling van deze btw in de instellingen van de koppeling",
        ),
        "en": _en(
            "tax {tax} has rate {rate}, which does not fit its meaning",
            "mend the mapping of this tax in the link's settings",
        ),
    },
    "tax-unknown": {
        "nl": _nl(
            "de factuur noemt btw {tax}, die op geen regel staat",
            "haal die btw-regel van de factuur in Bizzcloud",
        ),
        "en": _en(
            "the invoice prints tax {tax}, which no line has", "take that tax off it in Bizzcloud"
        ),
    },
    "tax-unmapped": {
        "nl": _nl(
            "voor btw {tax} is geen btw-code gekozen",
            "kies een btw-code in de instellingen van de koppeling",
        ),
        "en": _en("no VAT code is chosen for tax {tax}", "choose one in the link's settings"),
    },
    "tax-without-line": {
        "nl": _nl(
            "de factuur noemt {amount} btw van een tarief dat geen regel heeft",
            "haal die btw-regel van de factuur in Bizzcloud",
        ),
        "en": _en(
            "the invoice prints {amount} of tax at a rate that no line has",
            "take that tax off it in Bizzcloud",
        ),
    },
    "text-too-long": {
        "nl": _nl(
            "{field} is {length} tekens lang, e-Boekhouden neemt er {limit}",
            "maak het korter in Bizzcloud",
        ),
        "en": _en(
            "{field} is {length} characters long, e-Boekhouden takes {limit}",
            "make it shorter in Bizzcloud",
        ),
    },
    "totals-differ": {
        "nl": _nl(
            "de regels tellen op tot {lines}, de factuur zegt {document}",
            "bereken de factuur opnieuw in Bizzcloud",
        ),
        "en": _en(
            "the lines add up to {lines}, the invoice says {document}",
            "recompute the invoice in Bizzcloud",
        ),
    },
    "vat-number-dutch": {
        "nl": _nl(
            "btw-nummer {number} is Nederlands, en btw-code {codes} is voor een klant in een ander "
            "EU-land",
            "kies in Bizzcloud een ander btw-tarief, of verbeter het btw-nummer van de klant",
        ),
        "en": _en(
            "VAT number {number} is Dutch, and VAT code {codes} is for a customer in another "
            "country of the EU",
            "choose another tax in Bizzcloud, or mend the customer's VAT number",
        ),
    },
    "vat-number-missing": {
        "nl": _nl(
            "voor btw-code {codes} is een btw-nummer van de klant nodig",
            "vul het btw-nummer in bij de klant in Bizzcloud",
        ),
        "en": _en(
            "VAT code {codes} needs a VAT number of the customer",
            "fill it in at the customer in Bizzcloud",
        ),
    },
    "vat-number-wrong": {
        "nl": _nl(
            "btw-nummer {number} van de klant klopt niet; btw-code {codes} heeft er een nodig",
            "verbeter het btw-nummer bij de klant in Bizzcloud",
        ),
        "en": _en(
            "the customer's VAT number {number} is wrong; VAT code {codes} needs one",
            "mend it at the customer in Bizzcloud",
        ),
    },
    # States that are no reason of their own.
    "unknown": {
        "nl": _nl(
            "het antwoord van e-Boekhouden bleef uit: geboekt of niet is nog niet bekend",
            "niets: het wordt opgezocht",
        ),
        "en": _en(
            "e-Boekhouden's answer was lost: booked or not is not known yet",
            "nothing: it is looked up",
        ),
    },
    "double": {
        "nl": _nl(
            "het staat meer dan één keer in e-Boekhouden: mutaties {numbers}",
            "verwijder er alle behalve één onder Boekhouden > Overzichten > Mutaties",
            "de overgebleven mutatie telt",
        ),
        "en": _en(
            "it is in e-Boekhouden more than once: mutations {numbers}",
            "delete all but one under Boekhouden > Overzichten > Mutaties",
            "the one that is left counts",
        ),
    },
    "gone": {
        "nl": _nl(
            "mutatie {number} is in e-Boekhouden verwijderd",
            "laat het zo, of laat het document opnieuw boeken",
            "er gebeurt niets vanzelf",
        ),
        "en": _en(
            "mutation {number} was deleted in e-Boekhouden",
            "leave it so, or have the document booked again",
            "nothing happens by itself",
        ),
    },
}
"""Sentences by the reason's code and the language."""


FIELD_NAMES: Mapping[str, Mapping[Language, str]] = {
    "account": {"nl": "de rekeningcode", "en": "the account code"},
    "code": {"nl": "de code", "en": "the code"},
    "name": {"nl": "de naam", "en": "the name"},
    "invoice_number": {"nl": "het factuurnummer", "en": "the invoice number"},
    "street": {"nl": "het adres", "en": "the street"},
    "postcode": {"nl": "de postcode", "en": "the postcode"},
    "city": {"nl": "de plaats", "en": "the city"},
    "country": {"nl": "het land", "en": "the country"},
    "phone": {"nl": "het telefoonnummer", "en": "the phone number"},
    "mobile": {"nl": "het mobiele nummer", "en": "the mobile number"},
    "fax": {"nl": "het faxnummer", "en": "the fax number"},
    "email": {"nl": "het e-mailadres", "en": "the e-mail address"},
    "vat_number": {"nl": "het btw-nummer", "en": "the VAT number"},
}
"""What a person calls each field that can be too long."""


MONEY_DETAILS = frozenset({"amount", "paid", "document", "lines"})
"""Details of reasons that are euros."""


def sentences(reason: Reason, language: Language = "nl") -> Sentences:
    """Return the sentences of a reason with its details filled in.

    Raises KeyError for a code that the catalogue does not have: a defect, which a test excludes.
    """
    found = CATALOGUE[reason.code][language]
    details = dict(reason.details)
    if details.get("field") in FIELD_NAMES:
        details["field"] = FIELD_NAMES[details["field"]][language]
    for name in MONEY_DETAILS & details.keys():
        details[name] = euros(Decimal(details[name]))
    return Sentences(
        found.why.format_map(details),
        found.remedy.format_map(details),
        found.then.format_map(details),
    )


MONTHS: Mapping[Language, Sequence[str]] = {
    "nl": ("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
           "oktober", "november", "december"),
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December"),
}  # fmt: skip


VAT_NAMES: Mapping[str, Mapping[Language, str]] = {
    "HOOG_VERK": {"nl": "hoog 19%", "en": "high 19%"},
    "HOOG_VERK_21": {"nl": "hoog 21%", "en": "high 21%"},
    "LAAG_VERK": {"nl": "laag", "en": "low"},
    "AFW_VERK": {"nl": "afwijkend tarief", "en": "other rate"},
    "VERL_VERK": {"nl": "verlegd", "en": "reverse charge"},
    "BU_EU_VERK": {"nl": "buiten de EU", "en": "outside the EU"},
    "BI_EU_VERK": {"nl": "goederen binnen de EU", "en": "goods inside the EU"},
    "BI_EU_VERK_D": {"nl": "diensten binnen de EU", "en": "services inside the EU"},
    "AFST_VERK": {"nl": "afstandsverkopen", "en": "distance sales"},
    "GEEN": {"nl": "geen btw", "en": "no VAT"},
    "?": {"nl": "wacht", "en": "waits"},
}
"""What a person calls each VAT code that a sale can have; "?" stands for one that waits."""


def vat_name(code: str, language: Language) -> str:
    """Return what a person calls a VAT code; the code itself where it has no other name."""
    return VAT_NAMES[code][language] if code in VAT_NAMES else code


ACTIVATION: Mapping[str, Mapping[Language, str]] = {
    "codes-right": {
        "nl": "De codes kloppen: ze openen de administratie {name}.",
        "en": "The codes are right: they open the administration {name}.",
    },
    "codes-wrong": {
        "nl": "e-Boekhouden.nl kent deze gebruikersnaam of beveiligingscodes niet. Vergelijk ze "
        "met Beheer > Inrichting > Instellingen > Api/Soap.",
        "en": "e-Boekhouden.nl does not know this user name or these security codes. Compare "
        "them with Beheer > Inrichting > Instellingen > Api/Soap.",
    },
    "not-reached": {
        "nl": "Een van beide diensten gaf geen antwoord. Probeer het later opnieuw.",
        "en": "One of the two services gave no answer. Try again later.",
    },
    "busy": {
        "nl": "De koppeling is bezig. Probeer het zo opnieuw.",
        "en": "The coupling is busy. Try again in a moment.",
    },
    "failed": {
        "nl": "Het is niet gelukt. Neem contact op met support.",
        "en": "It did not succeed. Contact support.",
    },
    "other-database": {
        "nl": "Deze koppeling hoort bij een andere Bizzcloud-omgeving.",
        "en": "This coupling belongs to another Bizzcloud instance.",
    },
    "not-linked": {
        "nl": "Er is nog geen koppeling.",
        "en": "There is no link yet.",
    },
    "new": {"nl": "Er is nog geen koppeling.", "en": "There is no link yet."},
    "checking": {
        "nl": "De koppeling met {name} wordt nagekeken.",
        "en": "The link with {name} is being checked.",
    },
    "copying": {
        "nl": "Relaties en grootboekrekeningen gaan naar {name}.",
        "en": "Relations and ledger accounts are on their way to {name}.",
    },
    "active": {
        "nl": "De koppeling met {name} is nu actief.",
        "en": "The link with {name} is now active.",
    },
    "stopped": {
        "nl": "De koppeling met {name} is gestopt. Vul de codes opnieuw in.",
        "en": "The link with {name} has stopped. Fill in the codes again.",
    },
    "unlinking": {
        "nl": "De koppeling met {name} wordt ongedaan gemaakt.",
        "en": "The link with {name} is being undone.",
    },
    "unlinked": {
        "nl": "De koppeling met {name} is ongedaan gemaakt. Wat geboekt is, blijft staan.",
        "en": "The link with {name} is undone. What is booked stays.",
    },
}
"""What the person at the activation page reads, by what happened or by the link's state."""
