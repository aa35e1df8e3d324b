"""What can be chosen about the fake where the evidence leaves the real behaviour open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from fakes.eboekhouden.errors import CODES, Error


@dataclass
class Settings:
    """The choices of one fake; they may be changed while it runs.

    - `refuse_used_invoice_numbers`: a second sales invoice with a number that is in the books is
      refused (M006, as the vendor's older interface does) or taken.
    - `recompute_vat`: VAT of a fixed rate is computed anew from the amount that was entered, or
      taken as sent.
    - `check_accounts`: the rules of the vendor's newer interface about which categories of
      account and which side of the VAT codes a kind of mutation takes.
    - `check_vat_dates`: a VAT code is refused for a day on which it does not exist.
    - `numeric_account_codes`: a ledger account's code is refused unless it is digits only.
    - `check_email`: a relation is refused whose e-mail address is none.
    - `monthly_calls`: how many times GetMutaties may be called in a calendar month; None: no limit.
    - `session_lifetime`: how long an unused session lives.
    - `codes`: the code of each error; see `errors.codes_from`.
    """

    refuse_used_invoice_numbers: bool = False
    recompute_vat: bool = False
    check_accounts: bool = True
    check_vat_dates: bool = True
    numeric_account_codes: bool = False
    check_email: bool = False
    monthly_calls: int | None = 5000
    session_lifetime: timedelta = timedelta(hours=1)
    codes: Mapping[Error, str] = field(default_factory=lambda: CODES)
