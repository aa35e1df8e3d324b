"""Makes exchanges with secrets and personal data in every place that can hold text.

Shares nothing with the redaction: what was planted is listed, and looked for in what was written.
"""

import base64
import gzip
import json
import random
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import quote, quote_plus, unquote_plus
from xml.sax.saxutils import escape, quoteattr

from contracts.recording.recordings import Exchange, Request, Response, unpacked

SOAP = "http://books.example/soap.asmx"
FIRST = ("Anneke", "Bram", "Chloé", "Dirk-Jan", "Elif", "Fatima", "Gijs", "Hanneke")
LAST = ("Jansen & Zn.", "de Vriés", "O'Brien", "Özdemir", "van 't Hof", "Boekenoogen", "Zwartkruis")
STREETS = ("Dorpsstraat", "Kerkpad", "Molenwerf", "Burgemeester Van Lierstraat")
TOWNS = ("Zoeterwoude", "Winterswijk", "Grou", "Sint-Oedenrode", "Ootmarsum")


@dataclass
class Person:
    """One customer and one login: the values that may not be left, by the field they belong to."""

    values: dict[str, str]


@dataclass
class Planted:
    """The exchanges of one run, and everything secret that was put into them."""

    exchanges: list[Exchange] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)


def person(luck: random.Random) -> Person:
    """Make a customer, all of whose data are new and of the right form."""
    number = luck.randrange(10**6)
    name = f"{luck.choice(FIRST)} {luck.choice(LAST)} {number}"
    account = f"{luck.randrange(10**10):010d}"
    check = 98 - int(f"{_letters('ABNA')}{account}{_letters('NL')}00") % 97
    spaced = f"NL{check:02d} ABNA {account[:4]} {account[4:8]} {account[8:]}"
    return Person(
        {
            "Username": f"gebruikster{luck.randrange(10**6)}",
            "SecurityCode1": luck.randbytes(16).hex(),
            "SecurityCode2": _guid(luck).upper(),
            "SessionID": "{" + _guid(luck) + "}",
            "password": f'w<8&{luck.randbytes(4).hex()}"é',
            "Token": luck.randbytes(20).hex(),
            "Bedrijf": name,
            "Contactpersoon": f"t.a.v. {name}",
            "Adres": f"{luck.choice(STREETS)} {luck.randrange(1, 999)}-{number}",
            "Plaats": f"{luck.choice(TOWNS)}-{number}",
            "Email": f"klant.{number}+x@winkel{luck.randrange(999)}.nl",
            "Telefoon": luck.choice(("06-{}", "+31 6 {}", "0031 6{}", "+31 (0)6 {}")).format(
                luck.randrange(10**7 + 1, 10**8)
            ),
            "IBAN": luck.choice((spaced, spaced.replace(" ", ""), spaced.lower())),
            "BTWNummer": f"NL{luck.randrange(10**8, 10**9)}B{luck.randrange(1, 99):02d}",
            "KvkNummer": f"{luck.randrange(10**7, 10**8)}",
        }
    )


def exchange(
    luck: random.Random, number: int, planted: Planted, who: Person, place: "Place"
) -> None:
    """Add an exchange with some data of a person in a place."""
    names = luck.sample(sorted(who.values), 4)
    planted.places.add(place.__name__)
    planted.secrets.update(who.values[name] for name in names)
    planted.exchanges.append(place(luck, number, {name: who.values[name] for name in names}))


def in_elements(luck: random.Random, number: int, told: dict[str, str]) -> Exchange:
    """XML text, in a request and its answer."""
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in told.items())
    return _soap(number, f"<oRel>{inner}</oRel>", f"<Rij><n:x xmlns:n='y'/>{inner}</Rij>")


def in_entities(luck: random.Random, number: int, told: dict[str, str]) -> Exchange:
    """XML text in which each character may be written as a number."""
    inner = "".join(
        f"<{name}>{''.join(_entity(luck, char) for char in value)}</{name}>"
        for name, value in told.items()
    )
    return _soap(number, inner, "<Ok/>")


def in_attributes(luck: random.Random, number: int, told: dict[str, str]) -> Exchange:
    """Attributes of elements."""
    inner = "".join(f"<rij {name}={quoteattr(value)} />" for name, value in told.items())
    return _soap(number, "<vraag/>", inner)


def in_cdata(luck: random.Random, number: int, told: dict[str, str]) -> Exchange:
    """CDATA, whole or cut into two sections."""
    inner = ""
    for name, value in told.items():
        cut = luck.randrange(len(value) + 1)
        halves = (value[:cut], value[cut:]) if luck.random() < 0.5 else (value,)
        inner += f"<{name}>{''.join(f'<![CDATA[{half}]]>' for half in halves)}</{name}>"
    return _soap(number, inner, "<Ok/>")


def in_comments(luck: random.Random, number: int, told: dict[str, str]) -> Exchange:
    """A value that a comment cuts in two."""
    inner = ""
    for name, value in told.items():
        cut = luck.randrange(len(value) + 1)
        inner += f"<{name}>{escape(value[:cut])}<!-- x -->{escape(value[cut:])}</{name}>"
    return _soap(number, inner, "<Ok/>")


def in_json(luck: random.Random, number: int, told: dict[str, str]) -> Exchange:
    """Members of JSON, with and without escapes."""
    body = json.dumps({"params": {"rows": [told]}}, ensure_ascii=luck.random() < 0.5).encode()
    headers = (("Content-Type", "application/json"),)
    return Exchange(
        number,
        Request("POST", "http://shop.example/jsonrpc", headers, body),
        Response(200, "OK", headers, body),
    )


def in_xmlrpc(luck: random.Random, number: int, told: dict[str, str]) -> Exchange:
    """Members of a struct in XML-RPC."""
    members = "".join(
        f"<member><name>{name.lower()}</name><value><string>{escape(value)}</string></value></member>"
        for name, value in told.items()
    )
    body = (
        "<?xml version='1.0'?><methodCall><methodName>execute_kw</methodName><params><param>"
        f"<value><struct>{members}</struct></value></param></params></methodCall>"
    )
    headers = (("Content-Type", "text/xml"),)
    request = Request("POST", "http://shop.example/xmlrpc/2/object", headers, body.encode())
    return Exchange(number, request, Response(200, "OK", headers, body.encode()))


def in_query(luck: random.Random, number: int, told: dict[str, str]) -> Exchange:
    """The query of an address, a form, and a redirection."""
    query = "&".join(f"{name}={quote_plus(value)}" for name, value in told.items())
    form = (("Content-Type", "application/x-www-form-urlencoded"),)
    location = (("Location", f"/verder?{query}"),)
    return Exchange(
        number,
        Request("POST", f"http://shop.example/zoek?{query}", form, query.encode()),
        Response(302, "Found", location, b""),
    )


def in_headers(luck: random.Random, number: int, told: dict[str, str]) -> Exchange:
    """Basic and bearer authorization, cookies, and a login in the address."""
    user, word = (quote(value) for value in list(told.values())[:2])
    basic = base64.b64encode(":".join(list(told.values())[:2]).encode()).decode()
    third, fourth = list(told.values())[2:]
    headers = (
        ("Authorization", f"Basic {basic}"),
        ("Cookie", f"taal=nl; session_id={quote(third)}"),
        ("X-Auth-Token", quote(fourth)),
    )
    cookie = (("Set-Cookie", f"sid={quote(fourth)}; Path=/; HttpOnly"),)
    return Exchange(
        number,
        Request("GET", f"http://{user}:{word}@shop.example/", headers, b""),
        Response(200, "OK", cookie, b""),
    )


def in_fault(luck: random.Random, number: int, told: dict[str, str]) -> Exchange:
    """The text of a fault, which repeats what the request named."""
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in told.items())
    text = "; ".join(f"{name} is {value!s}" for name, value in told.items())
    return _soap(number, inner, f"<faultstring>Niet gelezen: {escape(text)}.</faultstring>")


def in_fault_before(luck: random.Random, number: int, told: dict[str, str]) -> Exchange:
    """A free text that comes before the field that gives its values away."""
    text = " en ".join(told.values())
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in told.items())
    return _soap(number, f"<Omschrijving>Voor {escape(text)}</Omschrijving>", inner)


def in_packed(luck: random.Random, number: int, told: dict[str, str]) -> Exchange:
    """A compressed answer, whole or cut off."""
    made = in_elements(luck, number, told)
    assert made.response is not None
    encoding = luck.choice(("gzip", "deflate"))
    body = made.response.body
    wire = gzip.compress(body) if encoding == "gzip" else zlib.compress(body)
    if luck.random() < 0.3:
        wire = wire[: luck.randrange(len(wire))]
    headers = (*made.response.headers, ("Content-Encoding", encoding))
    answer = Response(200, "OK", headers, unpacked(headers, wire))
    return Exchange(number, made.request, answer)


def in_base64(luck: random.Random, number: int, told: dict[str, str]) -> Exchange:
    """A document in base64 within XML."""
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in told.items())
    packed = base64.b64encode(f"<Rij>{inner}</Rij>".encode()).decode()
    return _soap(number, f"<Bestand>{packed}</Bestand>", "<Ok/>")


def in_nested(luck: random.Random, number: int, told: dict[str, str]) -> Exchange:
    """XML and JSON as the text of an element."""
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in told.items())
    return _soap(
        number,
        f"<Bericht>{escape(f'<Rij>{inner}</Rij>')}</Bericht>",
        f"<Bericht>{escape(json.dumps(told))}</Bericht>",
    )


def in_cut_off(luck: random.Random, number: int, told: dict[str, str]) -> Exchange:
    """An answer that ends somewhere in the middle."""
    made = luck.choice((in_elements, in_json, in_xmlrpc))(luck, number, told)
    assert made.response is not None
    body = made.response.body
    cut = body[: luck.randrange(len(body) // 2, len(body))]
    return Exchange(number, made.request, Response(200, "OK", made.response.headers, cut))


def in_latin(luck: random.Random, number: int, told: dict[str, str]) -> Exchange:
    """XML in the encoding of old Windows programs."""
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in told.items())
    body = f'<?xml version="1.0" encoding="iso-8859-1"?><Rij>{inner}</Rij>'
    headers = (("Content-Type", "text/xml; charset=iso-8859-1"),)
    encoded = body.encode("iso-8859-1", "xmlcharrefreplace")
    request = Request("POST", SOAP, headers, encoded)
    return Exchange(number, request, Response(200, "OK", headers, encoded))


Place = Callable[[random.Random, int, dict[str, str]], Exchange]
PLACES: tuple[Place, ...] = (
    in_elements,
    in_entities,
    in_attributes,
    in_cdata,
    in_comments,
    in_json,
    in_xmlrpc,
    in_query,
    in_headers,
    in_fault,
    in_fault_before,
    in_packed,
    in_base64,
    in_nested,
    in_cut_off,
    in_latin,
)


def run(seed: int, count: int, places: tuple[Place, ...] = PLACES) -> Planted:
    """Return a run of so many exchanges with a few people in it, in places chosen at random."""
    luck = random.Random(seed)
    planted = Planted()
    people = [person(luck) for _ in range(max(2, count // 10))]
    for number in range(1, count + 1):
        exchange(luck, number, planted, luck.choice(people), luck.choice(places))
    return planted


def left_in(written: bytes, secrets: set[str]) -> list[str]:
    """Return the secrets that can still be read in a file, in any encoding that it may hold."""
    texts = list(_readings(written.decode("utf-8")))
    return sorted(
        secret
        for secret in secrets
        if any(form in text for form in _forms(secret) for text in texts)
    )


def _readings(text: str) -> Iterator[str]:
    """Yield a file's text, its JSON unescaped, and whatever base64 in it decodes to."""
    yield text
    for line in text.splitlines():
        told = json.dumps(json.loads(line), ensure_ascii=False)
        for reading in (told, told.replace('\\"', '"').replace("\\\\", "\\")):
            plain = unescape(unescape(unquote_plus(reading)))
            yield from (reading, plain, plain.replace("]]><![CDATA[", "").replace("<!-- x -->", ""))
        for word in {word for word in _words(told) if len(word) >= 12}:
            try:
                yield base64.b64decode(word + "=" * (-len(word) % 4)).decode("utf-8", "replace")
                yield base64.b64decode(word + "=" * (-len(word) % 4)).decode("latin-1")
            except ValueError:
                continue


def _words(text: str) -> list[str]:
    return re.findall(r"[\w+/-]+", text)


def _forms(secret: str) -> set[str]:
    written = json.dumps(secret)[1:-1]
    return {secret, escape(secret), quote(secret), quote_plus(secret), written}


def _soap(number: int, asked: str, answered: str) -> Exchange:
    headers = (("Content-Type", "text/xml; charset=utf-8"),)

    def envelope(inner: str) -> bytes:
        return (
            '<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">'
            f"<s:Body><Vraag>{inner}</Vraag></s:Body></s:Envelope>"
        ).encode()

    request = Request("POST", SOAP, headers, envelope(asked))
    return Exchange(number, request, Response(200, "OK", headers, envelope(answered)))


def _entity(luck: random.Random, char: str) -> str:
    return luck.choice((f"&#{ord(char)};", f"&#x{ord(char):x};", escape(char)))


def _guid(luck: random.Random) -> str:
    text = luck.randbytes(16).hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _letters(text: str) -> str:
    return "".join(str(ord(char) - 55) for char in text)
