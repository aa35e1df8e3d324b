"""The chart of accounts that a new administration begins with.

The categories are those that e-Boekhouden answers with (evidence: eb-account-categories). Which
accounts there are is ours, after the usual Dutch chart, with every account that the manual's
screen shows (1300, 1700, 4650, 4750, 8015, 8020).
"""

from enum import StrEnum


class Category(StrEnum):
    """What a ledger account is for."""

    BALANCE = "BAL"
    PROFIT_AND_LOSS = "VW"
    CASH_AND_BANK = "FIN"
    DEBTORS = "DEB"
    CREDITORS = "CRED"
    VAT_DUE_HIGH = "AF19"
    VAT_DUE_LOW = "AF6"
    VAT_DUE_OTHER = "AFOVERIG"
    INPUT_VAT = "VOOR"
    VAT_CURRENT_ACCOUNT = "BTWRC"


OVER_SOAP = frozenset({Category.BALANCE, Category.PROFIT_AND_LOSS})
"""The categories that a caller may give an account (evidence: eb-account-categories)."""

SYSTEM = (
    ("1300", "Debiteuren", Category.DEBTORS),
    ("1600", "Crediteuren", Category.CREDITORS),
    ("1650", "Af te dragen btw hoog", Category.VAT_DUE_HIGH),
    ("1651", "Af te dragen btw laag", Category.VAT_DUE_LOW),
    ("1652", "Af te dragen btw overig", Category.VAT_DUE_OTHER),
    ("1660", "Voorbelasting", Category.INPUT_VAT),
    ("1670", "Btw rekening-courant", Category.VAT_CURRENT_ACCOUNT),
)
"""What no books can do without; all that an "empty" ledger has."""

STANDARD = (
    *SYSTEM,
    ("0100", "Gebouwen", Category.BALANCE),
    ("0150", "Inventaris", Category.BALANCE),
    ("0155", "Afschrijving inventaris", Category.BALANCE),
    ("0160", "Vervoermiddelen", Category.BALANCE),
    ("0500", "Eigen vermogen", Category.BALANCE),
    ("0510", "Privéstortingen", Category.BALANCE),
    ("0520", "Privéopnamen", Category.BALANCE),
    ("0700", "Langlopende lening", Category.BALANCE),
    ("1000", "Kas", Category.CASH_AND_BANK),
    ("1010", "Bank", Category.CASH_AND_BANK),
    ("1020", "Spaarrekening", Category.CASH_AND_BANK),
    ("1050", "Pin onderweg", Category.CASH_AND_BANK),
    ("1400", "Vooruitbetaalde kosten", Category.BALANCE),
    ("1410", "Waarborgsommen", Category.BALANCE),
    ("1700", "Leveranciers", Category.CREDITORS),
    ("1750", "Uitgegeven cadeaubonnen", Category.BALANCE),
    ("1760", "Ontvangen aanbetalingen", Category.BALANCE),
    ("1800", "Nog te betalen kosten", Category.BALANCE),
    ("2000", "Kruisposten", Category.BALANCE),
    ("3000", "Voorraad", Category.BALANCE),
    ("4000", "Lonen en salarissen", Category.PROFIT_AND_LOSS),
    ("4100", "Huur", Category.PROFIT_AND_LOSS),
    ("4110", "Gas, water en elektra", Category.PROFIT_AND_LOSS),
    ("4200", "Kantoorkosten", Category.PROFIT_AND_LOSS),
    ("4300", "Autokosten", Category.PROFIT_AND_LOSS),
    ("4400", "Verkoopkosten", Category.PROFIT_AND_LOSS),
    ("4500", "Algemene kosten", Category.PROFIT_AND_LOSS),
    ("4600", "Bankkosten", Category.PROFIT_AND_LOSS),
    ("4650", "Verzendkosten", Category.PROFIT_AND_LOSS),
    ("4700", "Afschrijvingen", Category.PROFIT_AND_LOSS),
    ("4750", "Accountantskosten", Category.PROFIT_AND_LOSS),
    ("4800", "Kasverschillen", Category.PROFIT_AND_LOSS),
    ("4810", "Betalingsverschillen", Category.PROFIT_AND_LOSS),
    ("4820", "Afrondingsverschillen", Category.PROFIT_AND_LOSS),
    ("7000", "Inkoop", Category.PROFIT_AND_LOSS),
    ("8000", "Omzet", Category.PROFIT_AND_LOSS),
    ("8005", "Omzet hoog tarief", Category.PROFIT_AND_LOSS),
    ("8010", "Omzet laag tarief", Category.PROFIT_AND_LOSS),
    ("8015", "Omzet diensten", Category.PROFIT_AND_LOSS),
    ("8020", "Omzet producten", Category.PROFIT_AND_LOSS),
    ("8025", "Omzet vrijgesteld", Category.PROFIT_AND_LOSS),
)
