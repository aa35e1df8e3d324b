"""The guard before every write to a real service: is this a sandbox that the config names?

What the config says is not enough: the name and the GUID are those that the service itself tells,
and so are the company and the uuid of a database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contracts.config import Bizzcloud, Sandbox, ShopSandbox


class GuardError(Exception):
    """Nothing was written, because something is not as it must be; the text says what."""


def guard_administration(
    listed: Sequence[Mapping[str, str]],
    asked: str | None,
    username: str,
    sandboxes: Sequence[Sandbox],
) -> str:
    """Return the name of the open administration if it is one of the sandboxes.

    `listed` are the rows of GetAdministraties (Bedrijf, Guid), `asked` the GUID that the session
    was opened for, if it was. Raises GuardError in every other case.
    """
    if not sandboxes:
        raise GuardError(
            "The config names no sandbox. Add [[eboekhouden.sandboxes]] with the name and the "
            "GUID of an administration that may be written to."
        )
    row = _open_row(listed, asked)
    name, guid = row.get("Bedrijf", ""), row.get("Guid", "")
    named = [sandbox for sandbox in sandboxes if sandbox.name == name]
    if not named:
        wanted = ", ".join(repr(sandbox.name) for sandbox in sandboxes)
        raise GuardError(
            f"The service says that this administration is called {name!r}; the config's "
            f"sandboxes are {wanted}. Nothing is written to any other."
        )
    if any(_fits(sandbox, guid, username) for sandbox in named):
        return name
    raise GuardError(
        f"The administration {name!r} is not the one that the config names: at the service its "
        f"GUID is {guid!r}. Compare the GUID in the config with GetAdministraties."
    )


def _open_row(listed: Sequence[Mapping[str, str]], asked: str | None) -> Mapping[str, str]:
    if asked is not None:
        listed = [row for row in listed if _same_guid(row.get("Guid", ""), asked)]
    if len(listed) == 1:
        return listed[0]
    if not listed:
        raise GuardError(
            "The service lists no administration for this login, so it cannot be told whether "
            "this is a sandbox."
        )
    raise GuardError(
        f"This login holds {len(listed)} administrations. Say in the config which one is meant: "
        "administration = its GUID."
    )


def _fits(sandbox: Sandbox, guid: str, username: str) -> bool:
    if sandbox.guid is not None:
        return _same_guid(sandbox.guid, guid)
    return sandbox.username is not None and sandbox.username == username


def _same_guid(one: str, other: str) -> bool:
    return one.strip("{} ").upper() == other.strip("{} ").upper() != ""


@dataclass(frozen=True)
class ShopIdentity:
    """What a Bizzcloud says of itself: its company, and what tells its database from any other.

    `uuid` is "" where the login may not read it.
    """

    company: str
    uuid: str
    vat_number: str


def guard_database(there: ShopIdentity, shop: Bizzcloud) -> None:
    """Return if a database is one of the config's sandboxes; raises GuardError when it is not."""
    whole = [each for each in shop.sandboxes if isinstance(each, ShopSandbox)]
    named = [each for each in whole if each.database == shop.database]
    if not named:
        raise GuardError(
            f"The config's sandboxes do not say which database {shop.database!r} is. Add "
            "[[bizzcloud.sandboxes]] with its database, company and uuid to have stories played "
            "there, or leave [bizzcloud] out, and the stand-in is the shop."
        )
    if there.company not in [each.company for each in named]:
        wanted = ", ".join(repr(each.company) for each in named)
        raise GuardError(
            f"Bizzcloud says that the company of this database is called {there.company!r}; the "
            f"config's sandboxes have {wanted}. Nothing is written to any other."
        )
    if not any(_is_that(each, there) for each in named if each.company == there.company):
        told = f"its uuid there is {there.uuid!r}" if there.uuid else "its uuid may not be read"
        raise GuardError(
            f"The database {shop.database!r} of {there.company!r} is not the one that the config "
            f"names: {told}, its company's VAT number {there.vat_number!r}. Compare them with the "
            "config; the uuid stands under Settings > System Parameters, database.uuid."
        )


def _is_that(sandbox: ShopSandbox, there: ShopIdentity) -> bool:
    if sandbox.uuid is not None:
        return _same_guid(sandbox.uuid, there.uuid)
    return bool(sandbox.vat_number) and sandbox.vat_number == there.vat_number
