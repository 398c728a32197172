"""`weigh game` against pygambit's logit solver: figures, then seconds on a grid of 20 precisions.

    python peers.py WEIGH CASES        WEIGH is the built command, CASES the folder tests/cases

pygambit's solver takes each figure to about 1e-9 of its own equations, so figures are held to 1e-8.
Seconds are the best of several runs of each: of ours as `--timing` prints them, in a new process each
time, of pygambit's the processor time of its call alone, in a process that is warm. Both stop at the
highest precision; ours with the limit and other equilibria is shown behind it.
"""

import glob
import io
import json
import os
import subprocess
import sys
import tempfile
import time

import pygambit
from pygambit.qre import logit_solve_lambda

WEIGH, CASES = sys.argv[1], sys.argv[2]
GRID = [0.1 * 1.3**k for k in range(20)]
TOLERANCE = 1e-8
RUNS = 15


def as_text(case):
    """The game as a file, and its ending."""
    inputs = case["inputs"]
    if "efg" in inputs:
        return inputs["efg"], ".efg"
    rows = inputs["payoffs"]
    n, m = len(rows), len(rows[0])
    payoffs = [f"{x!r}" for c in range(m) for r in range(n) for x in rows[r][c]]
    return f'NFG 1 R "{case["id"]}" {{ "R" "C" }} {{ {n} {m} }}\n\n{" ".join(payoffs)}\n', ".nfg"


def of_gambit(game, profile):
    """Probabilities in the order of players, their information sets, their actions."""
    return [float(profile[ix]) for ix in range(len(profile))]


def of_weigh(found):
    """The same, from the JSON; information sets stand there as the tree comes to them."""
    return [p for sets in found["probabilities"].values() for actions in sets.values() for p in actions.values()]


failures, ratios = [], []
for path in sorted(glob.glob(os.path.join(CASES, "qre_*.json"))):
    with open(path) as file:
        case = json.load(file)
    text, ending = as_text(case)
    read = pygambit.read_efg if ending == ".efg" else pygambit.read_nfg
    game = read(io.BytesIO(text.encode()))
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "game" + ending)
        with open(file, "w") as out:
            out.write(text)
        command = [WEIGH, "game", file, "--lambda", ",".join(map(repr, GRID)), "--format", "json", "--timing"]
        theirs, ours, whole = [], [], []
        # In turn, so that all see the machine at the same speed.
        for _ in range(RUNS):
            since = time.process_time()
            profiles = logit_solve_lambda(game, GRID)
            theirs.append(time.process_time() - since)
            # The last run has the other equilibria.
            for more, seconds in ((["--no-limit"], ours), ([], whole)):
                done = subprocess.run(command + more, capture_output=True, text=True, check=True)
                seconds.append(float(done.stderr.split("solve ")[1].split()[0]))
        theirs, ours, whole = min(theirs), min(ours), min(whole)
    found = json.loads(done.stdout)
    worst = 0.0
    forks = [fork["lambda"] for fork in found["forks"]]
    for row, profile in zip(found["results"], profiles):
        # At a fork the equations' derivatives are singular: what solves them to 1e-9 may be 1e-6 away.
        if any(abs(row["lambda"] / fork - 1) < 0.01 for fork in forks):
            continue
        # From a fork on pygambit may be on either branch.
        candidates = [row] + (row["others"] if any(row["lambda"] >= fork for fork in forks) else [])
        wanted = of_gambit(game, profile)
        worst = max(worst, min(max(abs(a - b) for a, b in zip(of_weigh(c), wanted)) for c in candidates))
    residual = max(row["residual"] for row in found["results"])
    ratios.append(theirs / ours)
    print(f"{case['id']:26} apart {worst:.1e}, our residual {residual:.0e}; "
          f"pygambit {theirs * 1e3:7.3f} ms, weigh {ours * 1e3:7.3f} ms, {theirs / ours:5.1f} times; "
          f"to the limit {whole * 1e3:7.3f} ms")
    if worst > TOLERANCE:
        failures.append(f"{case['id']}: {worst} apart")

print(f"least {min(ratios):.1f} times, median {sorted(ratios)[len(ratios) // 2]:.1f} times")
if failures or not ratios:
    sys.exit("\n".join(failures) or "no games")
