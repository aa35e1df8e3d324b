"""Prints how soon `explore` finds each broken coupling, and to how few steps it is shrunk.

python -m tests.broken.table [SECONDS]
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from os import cpu_count

from scenarios.explore import Found, explore_batch
from tests.broken.variants import VARIANTS

SECONDS = 60.0


def found_in(name: str, seconds: float) -> Found:
    """Break the coupling of this process, which is made for it, and explore."""
    VARIANTS[name].break_(setattr)
    return explore_batch(seed=1, seconds=seconds)


def main() -> None:
    """Print a line for each variant and a count."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    good = 0
    print(f"{'broken coupling':<40}{'found after':>12}{'histories':>11}{'steps':>7}")
    pool = ProcessPoolExecutor(cpu_count(), mp_context=get_context("spawn"), max_tasks_per_child=1)
    with pool:
        runs = {name: pool.submit(found_in, name, seconds) for name in VARIANTS}
        for name, one in runs.items():
            found = one.result()
            if found.story is None or found.seconds_to_failure is None:
                print(f"{name:<40}{'not found':>12}{found.histories:>11}")
                continue
            steps = sum(placed.step.word != "expect" for placed in found.story.steps)
            good += steps <= 8
            print(
                f"{name:<40}{found.seconds_to_failure:>10.1f} s{found.histories:>11}{steps:>7}",
                flush=True,
            )
    print(f"{good} of {len(VARIANTS)} found within {seconds:.0f} s and shrunk to at most 8 steps")


if __name__ == "__main__":
    main()
