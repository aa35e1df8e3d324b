"""The set of books that a story is replayed in, read by the contracts' own plain client."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from contracts.eboekhouden.client import Reply, SoapClient
from contracts.sandbox import GuardError
from contracts.targets import BooksTarget, open_session
from scenarios.replaying.journal import Write

WINDOW = 500
OURS = "KR"
"""How the prefix of every replay begins."""

Row = Mapping[str, Any]


class ReplayBooks:
    """Reads one set of books; every method opens a session, asks, and closes it.

    Raises GuardError when no session is opened, `requests.RequestException` when nothing answers.
    """

    def __init__(self, target: BooksTarget) -> None:
        self.target = target

    @property
    def client(self) -> SoapClient:
        """The client that carries the calls."""
        return self.target.client

    def _ask(self, *calls: tuple[str, Mapping[str, Any]]) -> list[Reply]:
        opened = open_session(self.target)
        session = {"SessionID": opened, "SecurityCode2": self.target.security_code_2}
        made = [self.client.send(operation, {**session, **fields}) for operation, fields in calls]
        self.client.send("CloseSession", {"SessionID": opened})
        for (operation, _), reply in zip(calls, made, strict=True):
            if reply.code or reply.fault is not None:
                told = reply.fault or f"{reply.code} {reply.description}"
                raise GuardError(f"{self.target.name} refused {operation}: {told}")
        return made

    def administrations(self) -> list[dict[str, str]]:
        """Return what GetAdministraties lists."""
        (reply,) = self._ask(("GetAdministraties", {}))
        return reply.rows("Administraties", "cAdministratie")

    def accounts(self) -> list[tuple[str, str, str]]:
        """Return code, name and category of every ledger account."""
        (reply,) = self._ask(("GetGrootboekrekeningen", {"cFilter": {"ID": 0}}))
        rows = reply.rows("Rekeningen", "cGrootboekrekening")
        return [(row["Code"], row["Omschrijving"], row["Categorie"]) for row in rows]

    def highest(self) -> int:
        """Return the highest number of a mutation; 0 in empty books."""
        return max((int(row["MutatieNr"]) for row in self._window(0, 0)), default=0)

    def mutations(self, after: int = 0) -> list[Row]:
        """Return all mutations with a number above one, the lowest first."""
        end = self.highest()
        found: list[Row] = []
        for first in range(after + 1, end + 1, WINDOW):
            found += self._window(first, first + WINDOW - 1)
        return sorted(found, key=lambda row: int(row["MutatieNr"]))

    def find(self, write: Write) -> int | None:
        """Return the number that the service gave to a write that got no answer."""
        if write.operation == "AddMutatie":
            names = ("Boekstuk", "Soort", "Factuurnummer")
            for row in self.mutations(write.after):
                if tuple(row.get(name, "") for name in names) == write.key:
                    return int(row["MutatieNr"])
            return None
        return self._find_by_code(write)

    def _find_by_code(self, write: Write) -> int | None:
        lists = {
            "AddRelatie": ("GetRelaties", "Relaties", "cRelatie"),
            "AddGrootboekrekening": ("GetGrootboekrekeningen", "Rekeningen", "cGrootboekrekening"),
        }
        if write.operation not in lists:
            # An update that is made twice is made once.
            return None
        operation, array, item = lists[write.operation]
        asked = {"Code": write.key[0], "ID": 0}
        if write.operation == "AddGrootboekrekening":
            asked = {"ID": 0, "Code": write.key[0]}
        (reply,) = self._ask((operation, {"cFilter": asked}))
        rows = reply.rows(array, item)
        return int(rows[0]["ID"]) if rows else None

    def _window(self, first: int, last: int) -> list[dict[str, Any]]:
        asked = {
            "MutatieNr": 0,
            "MutatieNrVan": first,
            "MutatieNrTm": last,
            "DatumVan": "1980-01-01T00:00:00",
            "DatumTm": "2049-12-31T00:00:00",
        }
        (reply,) = self._ask(("GetMutaties", {"cFilter": asked}))
        return reply.rows("Mutaties", "cMutatieList")


def foreign(rows: Sequence[Row], numbers: Collection[int]) -> list[int]:
    """Return the numbers of mutations that no replay made: no prefix of ours and not journaled."""
    return [
        int(row["MutatieNr"])
        for row in rows
        if int(row["MutatieNr"]) not in numbers
        and not any(
            str(row.get(name, "")).startswith(OURS)
            for name in ("Factuurnummer", "Boekstuk", "RelatieCode")
        )
    ]
