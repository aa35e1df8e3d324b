"""The kinds of what is replaced: how each is recognised, and what stands in for it.

A stand-in has the form of what it replaces (an IBAN with right check digits, a telephone number of
as many digits) and can be told from a real value, so that a second pass leaves it alone and a
check can prove that nothing real is left.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from stdnum import iban as iban_number
from stdnum.eu import vat as vat_number
from stdnum.iso7064 import mod_97_10

GUID = re.compile(
    r"\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?", re.IGNORECASE
)
HEX = re.compile(r"[0-9a-f]{32,}", re.IGNORECASE)
_DAY = re.compile(r"\d\d[-./ ]\d\d[-./ ](?:19|20)\d\d")
# At most as many digits as numbers of a run have, so that an account padded with zeros is none.
_ACCOUNT = re.compile(r"(?:0[.\s-]?){3,}(?:\d[.\s-]?){0,4}\d|rekening\d{4,}")
_FAKE_GUID = r"\{?00000000-0000-4000-8000-[0-9a-fA-F]{12}\}?"
_FAKE_HEX = r"\b0{16}[0-9a-fA-F]{16,}\b"


def _always(value: str) -> bool:
    return bool(value)


@dataclass(frozen=True)
class Kind:
    """One kind: how its stand-ins are made and known, and its form where it stands in a text.

    `make` takes the value and its number in the run. `mark` matches every stand-in. `form` finds
    candidates in any text (its group "value" where there is one), `real` decides whether one is
    meant; a text without its `sign` holds none, which is quickly seen. A candidate of a kind that
    is `ended` by its content, not by what follows, may reach too far and is then cut short.
    """

    name: str
    make: Callable[[str, int], str]
    mark: re.Pattern[str]
    form: re.Pattern[str] | None = None
    real: Callable[[str], bool] = _always
    sign: re.Pattern[str] = re.compile("")
    ended: bool = False

    def same(self, value: str) -> str:
        """Return what a value has in common with itself as it is written otherwise."""
        if self.form is None:
            return value
        plain = _QUOTED.sub(lambda found: chr(int(found[1], 16)), _WRITTEN_AT.sub("@", value))
        return re.sub(r"[\s()./-]", "", _WRITTEN_DOT.sub(".", plain)).lower()

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where values of this kind stand in a text, from the first character to behind."""
        if self.form is None or not self.sign.search(text):
            return
        place = 0
        while found := self.form.search(text, place):
            start, end = found.span("value" if found.groupdict().get("value") else 0)
            ends = range(end, start, -1) if self.ended else (end,)
            last = next((stop for stop in ends if self.real(text[start:stop])), None)
            if last is not None:
                yield start, last
                place = last
            else:
                place = found.start() + 1 if self.ended else found.end()


def _numbered(word: str) -> tuple[Callable[[str, int], str], re.Pattern[str]]:
    def make(value: str, number: int) -> str:
        return f"{word}{number:04d}"

    return make, re.compile(rf"{re.escape(word)}\d{{4,}}")


def _secret(value: str, number: int) -> str:
    if GUID.fullmatch(value):
        made = f"00000000-0000-4000-8000-{number:012x}"
        made = made.upper() if value.upper() == value else made
        return f"{{{made}}}" if value.startswith("{") else made
    if HEX.fullmatch(value):
        return f"{number:0{len(value)}x}"
    return f"geheim{number:04d}"


def _email(value: str, number: int) -> str:
    return f"adres{number:04d}@example.invalid"


def _website(value: str, number: int) -> str:
    return f"https://site{number:04d}.example.invalid"


def _postcode(value: str, number: int) -> str:
    letters = chr(65 + number // 1000 // 26 % 26) + chr(65 + number // 1000 % 26)
    space = " " if " " in value else ""
    return f"0{number % 1000:03d}{space}{letters}"


def _telephone(value: str, number: int) -> str:
    """Keep separators and the country; a stand-in's own digits begin with three zeros."""
    digits = re.sub(r"\D", "", value)
    kept = len(_country(value))
    free = len(digits) - kept
    if free < 8 or re.search(r"[^\d\s()+./-]", value):
        return f"tel{number:04d}"
    fresh = iter(digits[:kept] + f"{number:0{free}d}"[-free:])
    return "".join(next(fresh) if char.isdecimal() else char for char in value)


def _country(value: str) -> str:
    digits = re.sub(r"\D", "", value)
    if value.startswith(("+", "(+")):
        return digits[: 1 if digits.startswith(("1", "7")) else 2]
    if digits.startswith("00"):
        return digits[:4]
    return digits[:1] if digits.startswith("0") else ""


def _is_telephone(value: str) -> bool:
    digits = re.sub(r"\D", "", value)
    if _DAY.match(value) or (re.match(r"\([^+]", value) and len(digits) != 10):
        return False
    return not digits[len(_country(value)) :].startswith("000") and not digits.startswith("0000")


def _compact(value: str) -> str:
    return re.sub(r"[\W_]", "", value).upper()


def _iban(value: str, number: int) -> str:
    """Make a number of the same country and length, of a bank called FAKE, with check digits."""
    compact = _compact(value)
    if len(compact) < 15 or not compact[:2].isalpha():
        return f"NL{_check('NL', f'FAKE{number:010d}')}FAKE{number:010d}"
    rest = f"FAKE{number:0{len(compact) - 8}d}"
    fresh = iter(f"{compact[:2]}{_check(compact[:2], rest)}{rest}")
    return "".join(next(fresh) if char.isalnum() else char for char in value)


def _check(country: str, rest: str) -> str:
    return str(mod_97_10.calc_check_digits(f"{rest}{country}"))


def _is_iban(value: str) -> bool:
    compact = _compact(value)
    is_whole = value[-1:].isalnum() and compact[4:8] != "FAKE"
    return is_whole and bool(iban_number.is_valid(compact, check_country=False))


def _account(value: str, number: int) -> str:
    free = sum(char.isdecimal() for char in value)
    if free < 7 or re.search(r"[^\d\s.-]", value):
        return f"rekening{number:04d}"
    fresh = iter(f"{number:0{free}d}")
    return "".join(next(fresh) if char.isdecimal() else char for char in value)


def _vat(value: str, number: int) -> str:
    compact = _compact(value)
    if re.fullmatch(r"NL\d{9}B\d{2}", compact):
        return f"NL000{_nine(number)[3:]}B01"
    country = compact[:2] if compact[:2].isalpha() else "XX"
    return f"{country}000{number:06d}"


def _nine(number: int) -> str:
    """Return nine digits that pass the eleven-test of Dutch numbers, another for each number."""
    for last in range(10):
        digits = f"000{number:05d}{last}"
        weighed = sum(int(digit) * (9 - place) for place, digit in enumerate(digits[:8]))
        if weighed % 11 == last:
            return digits
    return _nine(number + 50_000)


def _is_vat(value: str) -> bool:
    compact = _compact(value)
    if compact[2:5] == "000":
        return False
    # Of these two the form tells enough; many that people type have wrong check digits.
    known = re.fullmatch(r"NL\d{9}B\d{2}|GB(?:\d{9}|\d{12})", compact)
    return known is not None or bool(vat_number.is_valid(compact))


def _kvk(value: str, number: int) -> str:
    return f"{number:08d}" if re.fullmatch(r"\d{8}", value) else f"kvk{number:04d}"


_COUNTRIES = "AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|HR|HU|IE|IT|LT|LU|LV|MT|PL|PT|RO|SE|SI|SK"
_GAP = r"(?:[\s./-]|\s[/-]\s)?"
_LOCAL = r"[\w.+%'-]+(?:=(?:2[BDE]|5F)[\w.+%'-]+)*"
# Of a name that is written out the last part is letters, and no file's: "40px.png" is none.
_ENDING = r"(?!(?:png|jpe?g|gif|svg|css|js|json|html?|xml|php|aspx?|pdf|txt|csv)\b)[a-z]{2,}(?!\w)"
_AT = r"\s?[(\[{]\s?(?:at|apenstaartje)\s?[)\]}]\s?"
_DOT = r"(?:\.|\s?[(\[{]\s?(?:dot|punt)\s?[)\]}]\s?)"
_FORMS = {
    # The password of a login in an address is no e-mail address.
    "email": r"(?<=:)//[^\s/:@\"'<>]+:[^\s/@\"'<>]+@[\w.-]+"
    rf"|(?P<value>{_LOCAL}(?:@[\w-]+(?:\.[\w-]+)+"
    rf"|{_AT}[\w-]+(?:{_DOT}[\w-]+)*{_DOT}{_ENDING}"
    # Quoted-printable: what follows a number is a measure.
    rf"|=40(?!\d)[\w-]+(?:(?:\.|=2E)[\w-]+)*(?:\.|=2E){_ENDING}))",
    # Where it ends is told by its country and check digits: a word may follow of any length.
    "iban": r"(?:(?<![^\W_])|(?<=IBAN))[A-Z]{2}[\s./-]?\d{2}[\s./-]{0,2}[A-Z0-9]{4}"
    r"(?:[\s./-]{0,2}[A-Z0-9]){7,26}",
    "vat": rf"(?:(?<![^\W_])|(?<=BTW))(?:NL[ .]?(?:\d[ .]?){{9}}B[ .]?\d{{2}}"
    # A size of so many GB is none, nor is an amount.
    r"|(?<!\d)(?<!\d\s)GB[ .]?(?:\d{9}|\d{3}[ .]\d{4}[ .]\d{2}|\d{3}[ .]\d{3}[ .]\d{3})"
    r"(?:[ .]?\d{3})?(?![.,]?\d)"
    rf"|(?:{_COUNTRIES})[ .]?(?:[0-9A-Z]{{8,12}}|\d{{2,4}}(?:[ .]\d{{3}}){{2,3}}))(?!\w)",
    "kvk": r"(?:kvk|k\.v\.k\.|kamer van koophandel|handelsregister)[^\d\n]{0,30}"
    r"(?P<value>\d{8})(?!\d)",
    "telephone": r"(?:(?<![^\W_]|\+)|(?<=tel)|(?<=fax)|(?<=gsm))(?<!\d[.,/-])"
    rf"(?:\(?\+[1-9]\d{{0,2}}\)?(?:[\s-]?\(\d{{1,4}}\))?(?:{_GAP}\d){{7,11}}"
    rf"|(?:0031[\s-]?|0)[\s-]?[1-9](?:{_GAP}\d){{8}}|316\d{{8}}"
    r"|0[1-9]\d{0,2}/\d{2,3}(?:[ .]?\d\d){2}"
    r"|\(0[1-9]\d{0,2}\)[\s-]?\d(?:[\s.-]?\d){5,7})(?![\w-])",
}
"""How what may stand anywhere is written, in the order in which it is looked for."""
_WRITTEN_AT, _WRITTEN_DOT = (re.compile(form, re.IGNORECASE) for form in (_AT, _DOT))
_QUOTED = re.compile(r"=(40|2[BDE]|5F)")
_EMAIL_SIGN = re.compile(rf"@|=40|{_AT}", re.IGNORECASE)


def _kinds() -> Iterator[Kind]:
    for name, word in (
        ("user", "gebruiker"),
        ("database", "database"),
        ("name", "Naam "),
        ("address", "Straat "),
        ("place", "Plaats "),
        ("text", "Tekst "),
        ("bic", "FAKENL"),
    ):
        yield Kind(name, *_numbered(word))
    secrets = re.compile(rf"geheim\d{{4,}}|{_FAKE_GUID}|{_FAKE_HEX}")
    yield Kind("secret", _secret, secrets)
    yield Kind("guid", _secret, secrets)
    yield Kind("postcode", _postcode, re.compile(r"\b0\d{3} ?[A-Z]{2}\b"))
    yield Kind("website", _website, re.compile(r"https://site\d{4,}\.example\.invalid"))
    yield Kind("account", _account, _ACCOUNT)
    yield _formed("email", _email, r"adres\d{4,}@example\.invalid", _is_email)
    yield _formed("iban", _iban, r"[A-Z]{2}[\s./-]?\d{2}[\s./-]{0,2}FAKE[\s./\-\d]+", _is_iban)
    yield _formed("vat", _vat, r"[A-Z]{2}000\d{6}(?:B\d{2})?", _is_vat)
    yield _formed(
        "kvk", _kvk, r"\b0000\d{4}\b|kvk\d{4,}", lambda value: not value.startswith("0000")
    )
    yield _formed(
        "telephone",
        _telephone,
        r"(?:\(?\+\d{1,2}\)?|00\d{2}|0)?(?:[\s()./-]*0){3,}(?:[\s()./-]*\d){5}[\s()./-]*|tel\d{4,}",
        _is_telephone,
    )


def _formed(
    name: str, make: Callable[[str, int], str], mark: str, real: Callable[[str], bool]
) -> Kind:
    sign = _EMAIL_SIGN if name == "email" else re.compile(r"\d\D{0,3}\d\D{0,3}\d")
    form = re.compile(_FORMS[name], re.IGNORECASE)
    return Kind(name, make, re.compile(mark), form, real, sign, ended=name == "iban")


def _is_email(value: str) -> bool:
    return not value.startswith("//") and not value.lower().endswith("@example.invalid")


KINDS = {kind.name: kind for kind in _kinds()}
"""All kinds by name; those with a form are looked for in this order."""


def is_stand_in(value: str) -> bool:
    """Return whether a whole value is a stand-in of any kind."""
    return any(kind.mark.fullmatch(value) for kind in KINDS.values())
