"""How to reach each side. Credentials live here, in memory, and never show in a text."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class BizzcloudAccess:
    """An instance of Bizzcloud and a user of it.

    `url` is the base address ("https://mycompany.bizzcloud.nl"), `database` the instance's name.
    """

    url: str
    database: str
    login: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class EboekhoudenAccess:
    """A user of e-Boekhouden with both security codes.

    They stand under Beheer > Inrichting > Instellingen > Api/Soap (manual, 1.2). `administration`
    is the GUID of one of an accountant's administrations, None for the user's own.
    """

    wsdl: str
    username: str = field(repr=False)
    security_code_1: str = field(repr=False)
    security_code_2: str = field(repr=False)
    administration: str | None = None
