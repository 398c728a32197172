"""`weigh decide` against pyAgrum's inference in influence diagrams, on random diagrams.

    python decisions.py WEIGH        WEIGH is the built command

pyAgrum writes each diagram as BIFXML, six digits a number, so numbers here have three. Held together are
the expected value and, in every situation that can happen, that what we choose is among the best of pyAgrum's policy.
"""

import json
import os
import random
import subprocess
import sys
import tempfile

import pyagrum as gum

WEIGH = sys.argv[1]
DIAGRAMS = 60
# pyAgrum adds up in another order; utilities are of the size of 10.
TOLERANCE = 1e-9

failures, decided = [], 0


def distribution(rng, n):
    cuts = sorted(rng.randrange(1, 1000) for _ in range(n - 1))
    return [(b - a) / 1000 for a, b in zip([0] + cuts, cuts + [1000])]


def diagram(rng):
    """Chance nodes and two or three decisions one after the other, in one order of nodes."""
    of = gum.InfluenceDiagram()
    kinds = ["c", "c", "c", "d", "c", "d"] + rng.choice([[], ["c", "d"]])
    names, decisions = [], []
    for ix, kind in enumerate(kinds):
        name = f"{kind}{ix}"
        variable = gum.LabelizedVariable(name, name, rng.choice([2, 2, 3]))
        (of.addDecisionNode if kind == "d" else of.addChanceNode)(variable)
        for parent in names:
            if rng.random() < 0.4 or (kind == "d" and decisions and parent == decisions[-1]):
                of.addArc(parent, name)
        names.append(name)
        if kind == "d":
            decisions.append(name)
    for ix in range(3):
        name = f"u{ix}"
        of.addUtilityNode(gum.LabelizedVariable(name, name, 1))
        for parent in rng.sample(names, 2) + rng.sample(decisions, 1):
            if not of.existsArc(of.idFromName(parent), of.idFromName(name)):
                of.addArc(parent, name)
        table = of.utility(name)
        inst = gum.Instantiation(table)
        while not inst.end():
            table.set(inst, rng.randrange(-10000, 10000) / 1000)
            inst.inc()
    for name in names:
        if name[0] != "c":
            continue
        table, size = of.cpt(name), of.variable(name).domainSize()
        inst = gum.Instantiation(table)
        variable = of.variable(name)
        while not inst.end():
            row = distribution(rng, size)
            for state in range(size):
                inst.chgVal(variable, state)
                table.set(inst, row[state])
            inst.chgVal(variable, 0)
            inst.incNotVar(variable)
    return of, decisions


for seed in range(DIAGRAMS):
    rng = random.Random(seed)
    of, decisions = diagram(rng)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "diagram.bifxml")
        of.saveBIFXML(path)
        done = subprocess.run([WEIGH, "decide", path, "--format", "json"], capture_output=True, text=True)
        of = gum.loadID(path)
    if done.returncode != 0:
        failures.append(f"{seed}: {done.stderr.strip()}")
        continue
    found = json.loads(done.stdout)
    engine = gum.ShaferShenoyLIMIDInference(of)
    engine.addNoForgettingAssumption(decisions)
    engine.makeInference()
    theirs = engine.MEU()["mean"]
    if abs(theirs - found["expected"]) > TOLERANCE:
        failures.append(f"{seed}: we expect {found['expected']}, pyAgrum {theirs}")
    for decision in found["decisions"]:
        policy = engine.optimalDecision(decision["decision"])
        inst = gum.Instantiation(policy)
        for row in decision["policy"]:
            if row["take"] is None:
                continue
            for name, state in row["given"].items():
                if name in policy.names:
                    inst.chgVal(name, state)
            for option, p in row["take"].items():
                inst.chgVal(decision["decision"], option)
                # pyAgrum takes one of the best, or shares; what it takes must cost nothing by our account.
                if policy.get(inst) > 0 and row["loss"][option] > TOLERANCE:
                    failures.append(f"{seed}: at {decision['decision']} {row['given']} pyAgrum takes {option}")
                decided += 1

print(f"{DIAGRAMS} diagrams, {decided} options compared")
if failures or decided == 0:
    sys.exit("\n".join(failures) or "nothing was compared")
