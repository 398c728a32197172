"""Weigh and pyAgrum on the same published networks, in one run: Markdown tables for docs/benchmarks.md.

    python peers.py WEIGH [--smoke] [--bound SECONDS] [--networks NAME,...]

Processor time of one core, the best of several runs of each. pyAgrum is asked through each of its three
exact engines, its tables set through its interface as float64 (its reader of BIF rounds to float32); an
engine that needs more than the bound, or more than 12 GB, is left out and shown so. The evidence on a
tenth of the nodes is the third case of tests/reference/NETWORK.json. --smoke runs all of it on two small
networks, to see that it runs; its times mean nothing.
"""

import argparse
import gzip
import importlib.util
import json
import math
import multiprocessing
import os
import pathlib
import re
import resource
import subprocess
import sys
import tempfile
import time

import numpy as np
import pyagrum as gum

HERE = pathlib.Path(__file__).parent
REFERENCE = HERE.parent / "reference"
MODELS = pathlib.Path(importlib.util.find_spec("pgmpy").origin).parent / "utils" / "example_models"
ENGINES = {
    "Lazy": gum.LazyPropagation,
    "Shafer-Shenoy": gum.ShaferShenoyInference,
    "elimination": gum.VariableElimination,
}
# By the time that they take; the small ones are for what needs no evidence.
SMALL = ["cancer", "earthquake", "survey", "asia", "sachs", "child"]
FROM_ALARM = ["alarm", "insurance", "win95pts", "hailfinder", "hepar2", "andes", "pigs", "water",
              "pathfinder", "mildew", "barley", "diabetes", "munin2", "munin3", "munin4", "munin",
              "munin1", "link"]
# One target and five things seen: a root with many descendants, and leaves below it.
PICKS = {
    "alarm": ("MINVOLSET", ["HRSAT", "HRBP", "BP", "EXPCO2", "PRESS"]),
    "hailfinder": ("Date", ["LowLLapse", "SfcWndShfDis", "Dewpoints", "MeanRH", "WindFieldPln"]),
    "hepar2": ("gallstones", ["ascites", "itching", "alcohol", "bleeding", "urea"]),
    "win95pts": ("PrtMem", ["Problem5", "Problem3", "Problem1", "Problem2", "PrtStatMem"]),
    "asia": ("smoke", ["dysp", "xray"]),
}
N_CASES = 10_000
N_DRAWS = 10_000
# Of these, pyAgrum computes so many, and its time is multiplied.
PEER_CASES = 1_000
PEER_DRAWS = 100
# As in `weigh bench`: a row is a Dirichlet with these weights.
ROW_WEIGHT, ROW_WEIGHT_EACH = 20.0, 0.5
MOST_BYTES = 12 << 30
# Each is run again for about so long, but pyAgrum's batches, which are long enough.
SECONDS = 2.0


class Network:
    """A network from the wheel, with its float64 tables, for both."""

    def __init__(self, name, weigh, folder):
        self.name = name
        self.path = folder / f"{name}.bif"
        self.path.write_bytes(gzip.decompress((MODELS / f"{name}.bif.gz").read_bytes()))
        # Weigh's own BIF is regular, and so read with little; its numbers are kept bit for bit.
        regular = folder / f"{name}.regular.bif"
        subprocess.run([weigh, "convert", self.path, regular], check=True, stderr=subprocess.DEVNULL)
        text = regular.read_text()
        self.states = {}
        for variable, listed in re.findall(
                r"variable (\S+) \{\n  type discrete \[ \d+ \] \{ (.*) \};", text):
            self.states[variable] = listed.split(", ")
        self.tables = {}
        block = r"probability \( (\S+)(?: \| (.*))? \) \{\n((?:  .*\n)*)\}"
        for variable, parents, body in re.findall(block, text):
            parents = parents.split(", ") if parents else []
            index = [{state: i for i, state in enumerate(self.states[p])} for p in parents]
            table = np.zeros([len(self.states[p]) for p in parents] + [len(self.states[variable])])
            for key, row in re.findall(r"  (?:table|\((.*?)\)) (.*);\n", body):
                key = tuple(at[s] for at, s in zip(index, key.split(", "))) if parents else ()
                table[key] = [float(x) for x in row.split(", ")]
            self.tables[variable] = (parents, table)
        assert set(self.tables) == set(self.states)
        self.order = self.sorted()
        self.bn = self.of_gum()

    def sorted(self):
        order, placed = [], set()
        while len(order) < len(self.tables):
            for variable, (parents, _) in self.tables.items():
                if variable not in placed and placed.issuperset(parents):
                    order.append(variable)
                    placed.add(variable)
        return order

    def of_gum(self):
        bn = gum.BayesNet()
        for variable in self.states:
            # The states as numbers: labels change nothing that is measured.
            bn.add(gum.RangeVariable(variable, variable, 0, len(self.states[variable]) - 1))
        bn.beginTopologyTransformation()
        for variable, (parents, _) in self.tables.items():
            # The first parent moves fastest in its tables, the last in ours.
            for parent in reversed(parents):
                bn.addArc(parent, variable)
        bn.endTopologyTransformation()
        for variable, (parents, table) in self.tables.items():
            cpt = bn.cpt(variable)
            assert list(cpt.names) == [variable] + parents[::-1]
            cpt.fillWith(table.ravel().tolist())
        return bn

    def worlds(self, n, seed):
        """Samples: {variable: array of n states}."""
        random = np.random.default_rng(seed)
        found = {}
        for variable in self.order:
            parents, table = self.tables[variable]
            rows = table[tuple(found[p] for p in parents)] if parents else np.tile(table, (n, 1))
            ends = rows.cumsum(axis=1)
            found[variable] = (random.random((n, 1)) * ends[:, -1:] > ends).sum(axis=1)
        return found

    def ancestors(self, variables):
        found, stack = set(), list(variables)
        while stack:
            variable = stack.pop()
            if variable not in found:
                found.add(variable)
                stack.extend(self.tables[variable][0])
        return found

    def seen(self):
        """The third reference case, as numbers of states."""
        cases = json.loads((REFERENCE / f"{self.name}.json").read_text())["cases"]
        return {v: self.states[v].index(s) for v, s in cases[2]["evidence"].items()}

    def write(self, cases, path):
        named = ({v: self.states[v][int(s)] for v, s in case.items()} for case in cases)
        path.write_text("".join(json.dumps(case) + "\n" for case in named))
        return path


def times_of(run):
    """The best processor time of several runs."""
    best, total, runs = math.inf, 0.0, 0
    while runs == 0 or (total < SECONDS and runs < 200):
        start = time.process_time()
        run()
        taken = time.process_time() - start
        best, total, runs = min(best, taken), total + taken, runs + 1
    return best


def bounded(bound, action, *arguments):
    """The action in a process of its own: its result, or why there is none."""
    here, there = multiprocessing.Pipe(duplex=False)

    def run():
        resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
        gum.setNumberOfThreads(1)
        try:
            there.send(action(*arguments))
        except MemoryError:
            there.send("over 12 GB")
        except gum.GumException as error:
            there.send("over 12 GB" if "memory" in str(error).lower() else "error")

    process = multiprocessing.get_context("fork").Process(target=run)
    process.start()
    there.close()
    deadline = time.monotonic() + 8 * bound + 60
    result = "ended"
    while time.monotonic() < deadline:
        if here.poll(0.02):
            try:
                result = here.recv()
            except EOFError:
                result = "over 12 GB"
            break
        if cpu_seconds(process.pid) > bound:
            result = f"over {bound:g} s"
            break
    process.kill()
    process.join()
    return result


def cpu_seconds(pid):
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peer_cold(network, engine, evidence):
    def run():
        asked = ENGINES[engine](network.bn)
        asked.setEvidence(evidence)
        asked.makeInference()
        for variable in network.states:
            asked.posterior(variable)

    return times_of(run)


def peer_warm(network, engine, cases):
    asked = ENGINES[engine](network.bn)
    asked.setEvidence(cases[0])
    asked.makeInference()
    following = iter(cases[1:] * 1000)

    def run():
        for variable, state in next(following).items():
            asked.chgEvidence(variable, state)
        asked.makeInference()
        for variable in network.states:
            asked.posterior(variable)

    return times_of(run)


def peer_cases(network, engine, cases, target):
    asked = ENGINES[engine](network.bn)
    asked.addTarget(target)
    asked.setEvidence(cases[0])
    asked.makeInference()
    start = time.process_time()
    for case in cases[:PEER_CASES]:
        for variable, state in case.items():
            asked.chgEvidence(variable, int(state))
        asked.makeInference()
        asked.posterior(target)
    return (time.process_time() - start) * N_CASES / PEER_CASES


def peer_draws(network, engine, evidence, target):
    random = np.random.default_rng(1)
    needed = network.ancestors([*evidence, target])
    weights = {v: np.where(network.tables[v][1] > 0, ROW_WEIGHT * network.tables[v][1] + ROW_WEIGHT_EACH, 0)
               for v in needed}
    start = time.process_time()
    for _ in range(PEER_DRAWS):
        for variable, weight in weights.items():
            drawn = random.standard_gamma(weight)
            drawn /= drawn.sum(axis=-1, keepdims=True)
            network.bn.cpt(variable).fillWith(drawn.ravel().tolist())
        # A kept engine would mix old numbers with new ones.
        asked = ENGINES[engine](network.bn)
        asked.addTarget(target)
        asked.setEvidence(evidence)
        asked.makeInference()
        asked.posterior(target)
    return (time.process_time() - start) * N_DRAWS / PEER_DRAWS


class Table:
    def __init__(self, title, columns):
        self.title, self.columns, self.rows = title, columns, []

    def add(self, *cells):
        self.rows.append(cells)
        print("  " + " | ".join(cells), file=sys.stderr, flush=True)

    def markdown(self):
        lines = [f"### {self.title}", "", "| " + " | ".join(self.columns) + " |",
                 "| --- |" + " --: |" * (len(self.columns) - 1)]
        return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in self.rows]) + "\n"


def shown(seconds):
    if isinstance(seconds, str):
        return seconds
    if math.isinf(seconds):
        return "–"
    for unit, factor in [("s", 1), ("ms", 1e3), ("µs", 1e6), ("ns", 1e9)]:
        if seconds * factor >= 1 or unit == "ns":
            return f"{seconds * factor:.3g} {unit}"


def ratio(peer, ours):
    if isinstance(ours, str) or math.isinf(peer):
        return "–"
    value = peer / ours
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def best(found):
    return min((f for f in found if not isinstance(f, str)), default=math.inf)


def weigh_bench(weigh, network, only, *arguments):
    command = [weigh, "bench", network, "--only", ",".join(only), "--seconds", str(SECONDS / 2), "--format", "json"]
    done = subprocess.run([*command, *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"weigh bench {network}: {done.stderr.strip()}")
    found = json.loads(done.stdout)
    times = {name: t.get("best_seconds", "refused") for name, t in found["times"].items()}
    return found, times


def all_posteriors(weigh, names, bound, folder):
    """Tables (a), (b) and (c)."""
    peers = [f"pyAgrum {engine}" for engine in ENGINES]
    cold = Table("All posteriors, evidence on a tenth of the nodes, cold",
                 ["network", "seen", *peers, "Weigh", "of it order and tape", "times faster"])
    warm = Table("All posteriors, evidence on a tenth of the nodes, warm: the same nodes in other states",
                 ["network", "seen", *peers[:2], "Weigh", "times faster"])
    bare = Table("All posteriors, no evidence, cold", ["network", *peers, "Weigh", "times faster"])
    for name in names:
        network = Network(name, weigh, folder)
        print(name, file=sys.stderr, flush=True)
        nothing = network.write([{}], folder / "nothing.jsonl")
        _, ours = weigh_bench(weigh, network.path, ["cold"], "--cases", nothing)
        found = [bounded(bound, peer_cold, network, engine, {}) for engine in ENGINES]
        bare.add(name, *map(shown, found), shown(ours["cold"]), ratio(best(found), ours["cold"]))
        if name in SMALL and len(names) > 2:
            continue
        seen = network.seen()
        worlds = network.worlds(16, 1)
        cases = [seen] + [{v: int(worlds[v][i]) for v in seen} for i in range(16)]
        file = network.write(cases, folder / "cases.jsonl")
        _, ours = weigh_bench(weigh, network.path, ["compile", "cold", "warm"], "--cases", file)
        found = [bounded(bound, peer_cold, network, engine, seen) for engine in ENGINES]
        cold.add(name, str(len(seen)), *map(shown, found), shown(ours["cold"]), shown(ours["compile"]),
                 ratio(best(found), ours["cold"]))
        # Elimination keeps nothing: its cold run is its warm one.
        kept = [bounded(bound, peer_warm, network, engine, cases) for engine in list(ENGINES)[:2]]
        warm.add(name, str(len(seen)), *map(shown, kept), shown(ours["warm"]),
                 ratio(best([*kept, found[2]]), ours["warm"]))
    return [cold, warm, bare]


def batches(weigh, names, bound, folder):
    """Tables (d), (e) and (f)."""
    peers = [f"pyAgrum {engine}" for engine in ENGINES]
    cases_table = Table("10,000 evidence cases, one target, five seen",
                        ["network", *peers, "Weigh", "times faster"])
    draws_table = Table("10,000 draws of every table that the target depends on, drawing included",
                        ["network", *peers, "Weigh", "times faster"])
    derivatives = Table("All derivatives of one posterior beside the posterior, compiled before",
                        ["network", "numbers", "posterior", "derivatives", "times the posterior"])
    for name in names:
        network = Network(name, weigh, folder)
        print(name, file=sys.stderr, flush=True)
        target, leaves = PICKS[name]
        worlds = network.worlds(N_CASES, 2)
        cases = [{v: int(worlds[v][i]) for v in leaves} for i in range(N_CASES)]
        file = network.write(cases, folder / "cases.jsonl")
        only = ["cases", "draws", "posterior", "derivatives"]
        _, ours = weigh_bench(weigh, network.path, only, "--cases", file, "--target", target)
        found = [bounded(bound, peer_cases, network, engine, cases, target) for engine in ENGINES]
        cases_table.add(name, *map(shown, found), shown(ours["cases"]), ratio(best(found), ours["cases"]))
        found = [bounded(bound, peer_draws, network, engine, cases[0], target) for engine in ENGINES]
        draws_table.add(name, *map(shown, found), shown(ours["draws"]), ratio(best(found), ours["draws"]))
        numbers = sum(table.size for _, table in network.tables.values())
        derivatives.add(name, f"{numbers:,}", shown(ours["posterior"]), shown(ours["derivatives"]),
                        ratio(ours["derivatives"], ours["posterior"]))
    return [cases_table, draws_table, derivatives]


def assessment(weigh):
    """Table (g)."""
    table = Table("An assessment of 30 variables",
                  ["", "load and check", "order and tape", "the answer", "all posteriors", "10,000 draws",
                   "all derivatives"])
    found, ours = weigh_bench(weigh, HERE / "thirty.weigh",
                              ["load", "compile", "posterior", "warm", "draws", "derivatives"])
    order = ["load", "compile", "posterior", "warm", "draws", "derivatives"]
    table.add(f"{found['variables']} variables, {found['seen']} seen", *[shown(ours[name]) for name in order])
    return [table]


def memory(weigh, names, folder):
    """Table (h)."""
    table = Table("Peak memory of the process: all posteriors, evidence on a tenth of the nodes",
                  ["network", "seen", "Weigh"])
    for name in names:
        network = Network(name, weigh, folder)
        seen = network.seen()
        file = network.write([seen], folder / "cases.jsonl")
        command = [weigh, "query", network.path, "--cases", file, "--format", "json"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        most = 0
        while process.poll() is None:
            most = max(most, peak_kb(process.pid))
            time.sleep(0.002)
        assert process.returncode == 0, name
        table.add(name, str(len(seen)), f"{most / 1e3:,.0f} MB")
    return [table]


def peak_kb(pid):
    """Of the program itself: what wait4 tells counts the process that started it as well."""
    try:
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) if found else 0


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return "an unknown processor"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("weigh", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("--bound", type=float, default=60.0)
    parser.add_argument("--networks", type=lambda names: names.split(","))
    asked = parser.parse_args()
    names, picked, large = SMALL + FROM_ALARM, ["alarm", "hailfinder", "hepar2", "win95pts"], ["link", "munin1"]
    if asked.smoke:
        global N_CASES, PEER_CASES, PEER_DRAWS, SECONDS
        N_CASES, PEER_CASES, PEER_DRAWS, SECONDS = 100, 20, 2, 0.02
        names, picked, large = ["asia", "sachs"], ["asia"], ["sachs"]
    if asked.networks:
        names = asked.networks
        picked = [name for name in picked if name in names]
        large = [name for name in large if name in names]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        tables = all_posteriors(asked.weigh, names, asked.bound, folder)
        tables += batches(asked.weigh, picked, asked.bound, folder)
        tables += assessment(asked.weigh) + memory(asked.weigh, large, folder)
    version = subprocess.run([asked.weigh, "--version"], capture_output=True, text=True).stdout.strip()
    print(f"{version} beside pyAgrum {gum.__version__}, one core of: {processor()}. Each engine of pyAgrum had "
          f"{asked.bound:g} s and 12 GB for each figure.\n")
    print("\n".join(table.markdown() for table in tables), end="")


if __name__ == "__main__":
    main()
