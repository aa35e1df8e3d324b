"""The years and months of the books."""

from collections.abc import Iterable
from typing import Any

from fakes.bizzcloud.declaring import Constraint, Record, on_model
from fakes.bizzcloud.errors import UserError
from fakes.bizzcloud.fields import (
    boolean,
    char,
    date,
    many2one,
    one2many,
    selection,
)
from fakes.bizzcloud.records import Model


class FiscalYear(Model):
    """A year of the books."""

    name = "account.fiscalyear"
    description = "Fiscal Year"
    order = "date_start, id"
    fields = {
        "name": char("Fiscal Year", required=True),
        "code": char("Code", size=6, required=True),
        "company_id": many2one("Company", "res.company", required=True, default=1),
        "date_start": date("Start Date", required=True),
        "date_stop": date("End Date", required=True),
        "period_ids": one2many("Periods", "account.period", "fiscalyear_id"),
        "state": selection("Status", [("draft", "Open"), ("done", "Closed")], default="draft"),
    }
    constraints = (
        Constraint(
            lambda record: record.date_start <= record.date_stop,
            "Error!\nThe start date of a fiscal year must precede its end date.",
            ("date_start", "date_stop"),
        ),
    )

    @on_model
    def find(self, dt: str | bool | None = None, exception: bool = True) -> Any:
        """Return the year of a day, today by default; for none False, unless it raises."""
        found = self.finds(dt, exception)
        return found[0] if found else False

    @on_model
    def finds(self, dt: str | bool | None = None, exception: bool = True) -> list[int]:
        """Return the years of a day, today by default; raises UserError for none, if it may."""
        day = dt or self.env.today
        found: list[int] = self.search([("date_start", "<=", day), ("date_stop", ">=", day)])
        if not found and exception:
            raise UserError(
                f"There is no period defined for this date: {day}.\n"
                "Please go to Configuration/Periods and configure a fiscal year."
            )
        return found


def _lies_in_its_year(record: Record) -> bool:
    if record.special:
        return True
    year = record.fiscalyear_id
    if not year.date_start <= record.date_start <= record.date_stop <= year.date_stop:
        return False
    return not any(
        other.id != record.id
        and not other.special
        and other.date_start <= record.date_stop
        and other.date_stop >= record.date_start
        for other in year.period_ids
    )


class Period(Model):
    """A month of the books, or the moment of their opening."""

    name = "account.period"
    description = "Account period"
    order = "date_start, special desc"
    fields = {
        "name": char("Period Name", required=True),
        "code": char("Code", size=12),
        "special": boolean("Opening/Closing Period"),
        "date_start": date("Start of Period", required=True),
        "date_stop": date("End of Period", required=True),
        "fiscalyear_id": many2one("Fiscal Year", "account.fiscalyear", required=True),
        "state": selection("Status", [("draft", "Open"), ("done", "Closed")], default="draft"),
        "company_id": many2one(
            "Company", "res.company", related=("fiscalyear_id", "company_id"), store=False
        ),
    }

    unique = ((("name",), "The name of the period must be unique per company!"),)
    constraints = (
        Constraint(
            lambda record: record.date_start <= record.date_stop,
            "Error!\nThe duration of the Period(s) is/are invalid.",
            ("date_stop",),
        ),
        Constraint(
            _lies_in_its_year,
            "Error!\nThe period is invalid. Either some periods are overlapping or the period's "
            "dates are not matching the scope of the fiscal year.",
            ("date_stop",),
        ),
    )

    def name_domain(self, name: str, operator: str) -> list[Any]:
        """Return the domain of the periods that a code or a name means."""
        return self.either(("code", "name"), operator, name)

    def of_day(self, moment: str) -> int:
        """Return the period of a day, by its date as the wire has it; raises UserError for none."""
        found: Iterable[int] = self.search(
            [("date_start", "<=", moment), ("date_stop", ">=", moment), ("special", "=", False)]
        )
        for identifier in found:
            return identifier
        raise UserError(
            f"There is no period defined for this date: {moment}.\n"
            "Please go to Configuration/Periods."
        )

    @on_model
    def find(self, dt: str | None = None) -> list[int]:
        """Return the period of a day, today by default."""
        return [self.of_day(dt or self.env.today)]
