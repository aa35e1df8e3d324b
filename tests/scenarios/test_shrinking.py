"""A history that fails is made small, also where two acts can only go together."""

from collections.abc import Sequence

from scenarios.exploring.shrinking import shrink
from scenarios.exploring.so_far import Act


def kinds(acts: Sequence[Act]) -> list[str]:
    return [act.kind for act in acts]


def test_two_acts_that_only_go_together_are_left_out() -> None:
    def fails(acts: Sequence[Act]) -> bool:
        left = kinds(acts)
        return "a" in left and "h" in left and ("c" in left) == ("d" in left)

    assert kinds(shrink([Act(kind) for kind in "abcdefgh"], fails)) == ["a", "h"]


def test_a_history_that_fails_whatever_happens_is_left_with_nothing() -> None:
    assert shrink([Act("sync"), Act("crash"), Act("wait")], lambda _: True) == []
