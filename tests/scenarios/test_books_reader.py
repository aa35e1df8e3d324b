"""What the bookkeeper booked is read back over the wire as the screen shows it."""

import pytest
from zeep.transports import Transport

from fakes import inprocess
from fakes.eboekhouden.fake import EboekhoudenFake
from scenarios.language.expectations import SCREEN
from scenarios.language.reading import LIBRARY, read
from scenarios.language.steps import Books
from scenarios.playing.bookkeeper import Bookkeeper, BookkeeperError
from scenarios.playing.ledger_view import mutations
from scenarios.wire.books_reader import BooksError, BooksReader, Credentials

SITE = "http://books.test"


@pytest.fixture
def fake() -> EboekhoudenFake:
    return EboekhoudenFake()


@pytest.fixture
def bookkeeper(fake: EboekhoudenFake) -> Bookkeeper:
    story = read(LIBRARY / "manual.story.yaml")[0]
    return Bookkeeper(fake, story.head.given.eboekhouden.administration)


def reader(fake: EboekhoudenFake, credentials: Credentials) -> BooksReader:
    return BooksReader(credentials, Transport(session=inprocess.session({SITE: fake.wsgi})))


def test_the_list_is_the_pictures(fake: EboekhoudenFake, bookkeeper: Bookkeeper) -> None:
    books = reader(fake, bookkeeper.credentials(f"{SITE}/soap.asmx?wsdl"))

    assert mutations(books.mutations()).only(SCREEN).lines() == [
        "Nr   Datum       Soort       Bedrag     Rekening  Tegenrekening  Factuur",
        "242  10-10-2017  Fact verst  1.216,95   1300      4650,8015      20175",
        "241  10-10-2017  Fact verst  1.216,95   1300      4650,8015      20173",
        "240  10-10-2017  Fact verst  12.100,00  1300      8015           20172",
        "239  10-10-2017  Fact verst  1.060,00   1300      8015           20171",
        "238  10-10-2017  Fact verst  3.486,95   1300      4650,8015      20170",
        "237  14-06-2016  Fact ontv   66,55      1700      4750           1234777",
        "236  01-06-2016  Fact ontv   66,55      1700      4750           1234555",
    ]


def test_balances_and_open_items_are_read(fake: EboekhoudenFake, bookkeeper: Bookkeeper) -> None:
    books = reader(fake, bookkeeper.credentials(f"{SITE}/soap.asmx?wsdl"))

    total = sum(one.Openstaand for one in books.open_items())
    assert f"{books.balances(['1300'])['1300']:.2f}" == f"{total:.2f}" == "19080.85"


def test_wrong_codes_are_a_sentence(fake: EboekhoudenFake, bookkeeper: Bookkeeper) -> None:
    good = bookkeeper.credentials(f"{SITE}/soap.asmx?wsdl")
    wrong = Credentials(good.wsdl, good.username, "0" * 32, good.security_code_2)

    with pytest.raises(BooksError, match="e-Boekhouden refused to open a session"):
        reader(fake, wrong).mutations()


def test_a_closed_period_refuses_the_bookkeeper(bookkeeper: Bookkeeper) -> None:
    bookkeeper.act(Books.model_validate({"close": ["2017-01-01", "2017-09-30"]}))
    late = {
        "kind": "Fact ontv",
        "date": "2017-09-30",
        "account": "1700",
        "relation": "L001",
        "invoice": "1",
        "lines": [{"account": "4750", "amount": "1.00"}],
    }

    with pytest.raises(BookkeeperError, match="afgesloten periode"):
        bookkeeper.act(Books.model_validate({"book": late}))
