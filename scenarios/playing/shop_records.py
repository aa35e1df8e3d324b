"""Records of a shop as stories name them: by a name of their own, a number, a code, a reference."""

from collections.abc import Mapping
from typing import Literal

from scenarios.wire.rpc import Rpc, ShopError

TAX_OF_RATE: Mapping[str, str] = {"21": "21% BTW", "6": "6% BTW", "0": "0% BTW"}
"""What the Dutch chart's tax of a rate is called; any other tax is named whole."""

JOURNAL_OF_PAYMENT: Mapping[str, str] = {"cash": "Kas", "card": "PIN"}
"""The payment journal of each everyday way of payment; any other is named whole."""

Model = Literal["account.account", "res.partner", "account.invoice", "pos.order"]
"""The models of Bizzcloud by which a story names records."""


class ShopRecords:
    """What a story's names stand for in one shop. Raises `ShopError` for what is not there."""

    def __init__(self, rpc: Rpc) -> None:
        self._rpc = rpc
        self._names: dict[str, tuple[Model, int]] = {}

    def document(self, name: str) -> tuple[Model, int]:
        """Return model and id of what a story calls by a name of its own, or by its number."""
        if name in self._names:
            return self._names[name]
        numbers: tuple[tuple[Model, str], ...] = (
            ("account.invoice", "internal_number"),
            ("pos.order", "name"),
        )
        for model, field in numbers:
            known = self._rpc.call(model, "search", [[field, "=", name]])
            if known:
                return model, int(known[0])
        named = f"; the story names {', '.join(self._names)}" if self._names else ""
        raise ShopError(f"Bizzcloud has no invoice or receipt {name!r}{named}")

    def named_partner(self, ref: str) -> tuple[Model, int]:
        """Return model and id of the customer with a reference."""
        return "res.partner", self._one("res.partner", "ref", ref)

    def named_account(self, code: str) -> tuple[Model, int]:
        """Return model and id of the ledger account with a code."""
        return "account.account", self._one("account.account", "code", code)

    def _remember(self, name: str | None, model: Model, record: int) -> None:
        if name is not None:
            self._names[name] = (model, record)

    def _one(self, model: str, field: str, value: str) -> int:
        known = self._rpc.call(model, "search", [[field, "=", value]])
        if not known:
            raise ShopError(f"Bizzcloud has no {model} whose {field} is {value!r}")
        return int(known[0])

    def _taxes(self, vat: str) -> list[int]:
        if vat == "none":
            return []
        if " + " in vat:
            return [tax for part in vat.split(" + ") for tax in self._taxes(part)]
        name = TAX_OF_RATE.get(vat, vat)
        known = self._rpc.call(
            "account.tax",
            "search",
            [
                "&",
                ["type_tax_use", "in", ["sale", "all"]],
                "|",
                ["description", "=", name],
                ["name", "=", name],
            ],
        )
        if not known:
            raise ShopError(
                f"Bizzcloud has no sales tax {vat!r}; there are {', '.join(TAX_OF_RATE)}, none, "
                "and the names of its taxes"
            )
        return [int(known[0])]
