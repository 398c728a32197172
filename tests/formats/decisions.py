"""`weigh decide` against pyAgrum's inference in influence diagrams, on random diagrams.

    python decisions.py WEIGH        WEIGH is the built command

pyAgrum writes each diagram as BIFXML, six digits a number, so numbers here have three. Ours is held to the best of
all policies, by going through all of them here. pyAgrum's LIMID inference may stop at a policy that is not the best: it must
never come above ours, and where it comes to the same, held together are the expected value and, in every situation that both come to, that what pyAgrum chooses costs nothing by our account. (What
it would do after a choice that it does not make is arbitrary.)
"""

import itertools
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

failures, decided, short = [], 0, 0


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


def best(of, decisions):
    """The expected value of the best policy, by backward induction over all combinations of states."""
    utilities = [of.variable(n).name() for n in of.nodes() if of.isUtilityNode(n)]
    names = [of.variable(n).name() for n in of.nodes() if not of.isUtilityNode(n)]
    parents = {n: [of.variable(p).name() for p in of.parents(n)] for n in names}
    known, knows = set(), {}
    for decision in decisions:
        known |= set(parents[decision])
        knows[decision] = sorted(known)
        known.add(decision)
    rows = []
    for states in itertools.product(*[range(of.variable(n).domainSize()) for n in names]):
        state = dict(zip(names, states))
        weight = 1.0
        for name in set(names) - set(decisions):
            weight *= of.cpt(name)[{n: state[n] for n in parents[name] + [name]}]
        value = 0.0
        for name in utilities:
            table = of.utility(name)
            value += float(table[{n: state.get(n, 0) for n in table.names}])
        rows.append((state, weight * value))

    def from_here(left, rows):
        if not left:
            return sum(value for _, value in rows)
        groups = {}
        for row in rows:
            groups.setdefault(tuple(row[0][n] for n in knows[left[0]]), []).append(row)
        options = range(of.variable(left[0]).domainSize())
        return sum(max(from_here(left[1:], [r for r in group if r[0][left[0]] == option]) for option in options)
                   for group in groups.values())

    return from_here(decisions, rows)


def is_come_to(found, row):
    """Whether our policy leads to what is given in a row."""
    for earlier in found["decisions"]:
        option = row["given"].get(earlier["decision"])
        if option is None:
            continue
        before = next(r for r in earlier["policy"] if r["given"].items() <= row["given"].items())
        if before["take"] is None or before["take"][option] == 0:
            return False
    return True


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
    expected = best(of, decisions)
    if abs(expected - found["expected"]) > TOLERANCE or theirs > expected + TOLERANCE:
        failures.append(f"{seed}: we expect {found['expected']}, the best is {expected}, pyAgrum {theirs}")
    if theirs < expected - TOLERANCE:
        short += 1
        continue
    for decision in found["decisions"]:
        policy = engine.optimalDecision(decision["decision"])
        inst = gum.Instantiation(policy)
        for row in decision["policy"]:
            if row["take"] is None or not is_come_to(found, row):
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

print(f"{DIAGRAMS} diagrams, {decided} options compared; in {short} diagrams pyAgrum's policy is not the best")
if failures or decided == 0 or short > DIAGRAMS // 10:
    sys.exit("\n".join(failures) or "nothing was compared")
