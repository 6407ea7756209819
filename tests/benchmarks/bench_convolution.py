"""Our convolution against its peers, from the clip's bytes to float32 volumes: docs/performance.md's tables.

Run, alone on the machine::

    uv run --group bench python tests/benchmarks/bench_convolution.py

On Linux PyPI's torch brings CUDA along, some gigabytes. Any environment that has the program's packages, a
smaller torch (``pip install torch --index-url https://download.pytorch.org/whl/cpu``), onnxruntime, onnx and
scipy does as well. What is not installed is left out.

How it is made fair:

* Everyone works in a process of its own, is warm, gets all cores, reads the same bytes where they are, and
  returns a result in new memory that its next call does not overwrite.
* Each peer first tries its ways (layouts, conversions, weights constant or not) on the very case and takes
  the quickest; the table of ways says which. Peers have their weights compiled in, scaled by 1/255; ours
  takes them as a person gives them, and also finds each volume's extremes. A peer's result may stay
  "channels last", its volumes interleaved; ours are contiguous.
* All are called in turn, round after round, in changing order. Figures are medians; a ratio is the median
  of the rounds' ratios ours : peer, so below 1 we are faster.
* Before that all results are compared: ours with the definition in float64 at 400 voxels (1e-5 of the sum
  of the terms' magnitudes), the others with it (1e-4), and everywhere with ours (1e-4).
* The limit (`contest.limits`) is measured in the same rounds.
"""

import argparse
import math
import os
import platform
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import geometric_mean, median

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
from contest import growth, limits
from contest.cases import CLIPS, LIVE, REAL_FRAMES, Case, Truth
from contest.crew import Worker, crew, race
from contest.growth import paired
from contest.peers import ENVIRONMENTS, PEERS, UnableError

OURS_BOUND, PEERS_BOUND = 1e-5, 1e-4
LIVE_STEPS = 12


@dataclass(frozen=True)
class Outcome:
    """What one case gave.

    Parameters
    ----------
    times
        Milliseconds of every round, by contestant: "ours", peers, ways of ours ("ours by NAME"), limits.
    notes
        How each peer worked.
    errors
        Largest errors as parts of sum|terms|.
    """

    case: Case
    times: dict[str, list[float]]
    notes: dict[str, str]
    errors: dict[str, float]

    def ratio(self, name: str) -> float:
        return paired(self.times["ours"], self.times[name])

    @property
    def fastest(self) -> str:
        """The peer with the lowest median, or "" where there is none."""
        return min((p for p in PEERS if p in self.times), key=lambda p: median(self.times[p]), default="")

    @property
    def limit(self) -> list[float]:
        return limits.limit(self.case, self.times)

    def cell(self, name: str) -> str:
        if name not in self.times:
            return "–"
        text = f"{median(self.times[name]):.{1 if self.case.live else 0}f} ({self.ratio(name):.2f})"
        return f"**{text}**" if name == self.fastest else text


def measure(case: Case, peers: list[str], ways: list[str], rounds: int, tuning: int) -> Outcome:
    """Bring all contestants of a case together; whoever cannot take part is left out with a word."""
    notes: dict[str, str] = {}
    with crew() as workers:
        _join(workers, "ours", Worker(), "ours", case, tuning)
        for way in ways:
            _join(workers, f"ours by {way}", Worker({"WAVECUBE_ENGINE": way}), "ours", case, tuning)
        for peer in peers:
            try:
                _join(workers, peer, Worker(ENVIRONMENTS.get(peer)), peer, case, tuning)
                notes[peer] = workers[peer].note
            except Exception as error:
                if not isinstance(error, UnableError):
                    say(f"  {peer} is left out: {error!r}")
                workers.pop(peer).close()
        errors = check(case, workers)
        for name in limits.MAKERS:
            _join(workers, name, Worker(), name, case, tuning)
        times = race(workers, rounds, LIVE_STEPS if case.live else 1)
    return Outcome(case, times, notes, errors)


def _join(workers: dict[str, Worker], title: str, worker: Worker, name: str, case: Case, tuning: int) -> None:
    workers[title] = worker  # first, so that it is sent home whatever happens
    worker.prepare(name, case, tuning)


def check(case: Case, workers: dict[str, Worker]) -> dict[str, float]:
    """Return everyone's largest error as a part of sum|terms|, or stop if one is wrong."""
    truth = Truth.of(case)
    ours = workers["ours"].volumes()
    with crew() as judges:
        judges["sums"] = Worker().prepare("ours", replace(case, absolute=True), 1)
        magnitudes = judges["sums"].volumes()
    sums = replace(truth, expected=truth.magnitudes)
    assert sums.error(magnitudes) < OURS_BOUND, "sum|terms| is wrong"
    errors = {}
    for name, worker in workers.items():
        volumes = worker.volumes()
        assert volumes.shape == ours.shape, f"{name}: {volumes.shape}, not {ours.shape}"
        errors[name] = truth.error(volumes)
        bound = OURS_BOUND if name.startswith("ours") else PEERS_BOUND
        assert errors[name] <= bound, f"{name} is off by {errors[name]:.1e} of sum|terms| in {case.title}"
        apart = float(np.max(np.abs(volumes - ours) / np.maximum(magnitudes, 1e-30)))
        assert apart <= PEERS_BOUND, f"{name} and ours differ by {apart:.1e} of sum|terms| in {case.title}"
    return errors


def speed_head() -> None:
    peers = " | ".join(PEERS)
    print(f"| ms (ours : peer) | ours | {peers} | ours : fastest | limit (GFLOP/s, GB/s) | ours : limit |")
    print("|---" * (len(PEERS) + 5) + "|")


def speed_row(outcome: Outcome) -> None:
    """Print a row; the fastest peer is bold."""
    case, times = outcome.case, outcome.times
    products = zip(times["product by library"], times["product by threads"], strict=True)
    product = median(map(min, products))
    peak, writing = limits.FLOPS / product / 1e6, case.output_bytes / median(times["fill"]) / 1e6
    digits = 1 if case.live else 0
    fastest = f"{outcome.ratio(outcome.fastest):.2f}" if outcome.fastest else "–"
    cells = [
        case.title,
        f"{median(times['ours']):.{digits}f}",
        *(outcome.cell(peer) for peer in PEERS),
        fastest,
        f"{median(outcome.limit):.1f} ({peak:.0f}, {writing:.1f})",
        f"{paired(times['ours'], outcome.limit):.2f}",
    ]
    print(f"| {' | '.join(cells)} |", flush=True)


def means(outcomes: list[Outcome]) -> None:
    kinds = {
        "clips": [o for o in outcomes if not o.case.live],
        "live": [o for o in outcomes if o.case.live],
        "all": outcomes,
    }
    cells = []
    for kind, some in kinds.items():
        ratios = [o.ratio(o.fastest) for o in some if o.fastest]
        if ratios:
            cells.append(f"{kind} {geometric_mean(ratios):.2f} (worst {max(ratios):.2f} of {len(ratios)})")
    print(f"\nGeometric mean of ours : fastest: {', '.join(cells) or '–'}.\n")


def ways_table(outcomes: list[Outcome], ways: list[str]) -> None:
    print(f"| ms (engine : way) | engine | {' | '.join(ways)} |")
    print("|---" * (len(ways) + 2) + "|")
    for o in outcomes:
        cells = [o.case.title, f"{median(o.times['ours']):.1f}"]
        cells += [f"{median(o.times[w]):.1f} ({o.ratio(w):.2f})" for w in (f"ours by {way}" for way in ways)]
        print(f"| {' | '.join(cells)} |")
    print()


def notes_table(outcomes: list[Outcome]) -> None:
    """Print how each peer worked (other ways tried: how many times as long) and how exact everyone is."""
    print("| case | peers' ways (others tried) | largest error, parts of sum\\|terms\\| |")
    print("|---|---|---|")
    for o in outcomes:
        notes = "<br>".join(f"{name}: {note}" for name, note in o.notes.items())
        errors = ", ".join(f"{name} {error:.0e}" for name, error in o.errors.items())
        print(f"| {o.case.title} | {notes} | {errors} |")
    print()


def growth_table(rounds: int) -> None:
    print("| our engine | |\n|---|---|")
    for what, figure in growth.rows(rounds):
        print(f"| {what} | {figure} |", flush=True)


def usable_ways() -> list[str]:
    from core.convolution.backends import usable_names

    return list(usable_names())


def chosen_cases(part: str) -> list[Case]:
    """Return the cases whose title contains a text and whose frames are there."""
    cases = [case for case in (*CLIPS, *LIVE) if part.lower() in case.title.lower()]
    if not REAL_FRAMES.is_dir() and any(case.real for case in cases):
        say(f"The real frames are left out: there is no {REAL_FRAMES.name} folder of them here.")
        cases = [case for case in cases if not case.real]
    return cases


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def machine() -> str:
    packages = {"numpy": np.__version__}
    for name in ("torch", "openvino", "onnxruntime", "scipy"):
        try:
            from importlib.metadata import version

            packages[name] = version(name)
        except ImportError:
            packages[name] = "not installed"
    listed = ", ".join(f"{name} {version}" for name, version in packages.items())
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, {listed}"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", metavar="TEXT", default="", help="only cases whose title contains this")
    parser.add_argument("--rounds", type=int, default=21, help="how often everyone is timed")
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=list(PEERS), help="only these")
    parser.add_argument("--ways", action="store_true", help="time each of our own ways, too")
    parser.add_argument("--quick", action="store_true", help="3 rounds: does it run, no figures to keep")
    parser.add_argument("--tables", nargs="+", choices=("speed", "growth"), default=["speed", "growth"])
    return parser.parse_args()


def main() -> None:
    given = arguments()
    rounds, tuning = (3, 1) if given.quick else (given.rounds, max(5, math.isqrt(given.rounds) + 1))
    print(f"{machine()}; {rounds} rounds.\n")
    if "speed" in given.tables:
        ways = usable_ways() if given.ways else []
        outcomes = []
        speed_head()
        for case in chosen_cases(given.cases):
            say(f"{case.title} …")
            outcomes.append(measure(case, given.peers, ways, rounds, tuning))
            speed_row(outcomes[-1])
        means(outcomes)
        if ways:
            ways_table(outcomes, ways)
        notes_table(outcomes)
    if "growth" in given.tables:
        growth_table(rounds)


if __name__ == "__main__":
    main()
