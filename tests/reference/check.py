"""`weigh query` against exact posteriors of 24 published networks, from nothing seen to a tenth, and
against every derivative of one posterior in three of them.

    python check.py WEIGH

The networks are the BIF files in pgmpy's wheel, the figures those of tests/reference: computed by
another program and cross-checked by a third, whose two differ by at most 8.8e-15. Asked for are 1e-12
on probabilities and 1e-11 on the logarithm: rounding of some million sums and products. The
derivatives are by every number of every table, the others held fixed, cross-checked to 1.8e-15; they are quotients by P(evidence),
and are asked for to 1e-12 of the largest, which is what a probability's own error makes of them.
"""

import gzip
import importlib.util
import itertools
import json
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

WEIGH = sys.argv[1]
# Found, not imported: what it would import is not here.
MODELS = pathlib.Path(importlib.util.find_spec("pgmpy").origin).parent / "utils" / "example_models"
REFERENCE = pathlib.Path(__file__).parent


def ask(network, cases, folder):
    """One answer for each case, each asked alone."""
    answers = []
    for case in cases:
        lines = folder / "case.jsonl"
        lines.write_text(json.dumps({"evidence": case["evidence"]}) + "\n")
        done = subprocess.run([WEIGH, "query", network, "--cases", lines, "--format", "json"],
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{network}: {done.stderr.strip()}")
        answers.append(json.loads(done.stdout))
    return answers


def differences(case, answer):
    for name, expected in case["posteriors"].items():
        found = answer["posteriors"][name]
        if isinstance(expected, list):
            found = list(found.values())
            expected = dict(enumerate(expected))
            found = dict(enumerate(found))
        for state, p in expected.items():
            yield abs(found[state] - p)


def derivatives(file, folder):
    """How many derivatives were compared, and those that are off."""
    reference = json.loads(file.read_text())
    target = "=".join(reference["target"])
    lines = folder / "case.jsonl"
    lines.write_text(json.dumps({"evidence": reference["evidence"]}) + "\n")
    network = unpacked(reference["network"], folder)
    done = subprocess.run([WEIGH, "query", network, "--cases", lines, "--derivatives", target, "--format", "json"],
                          capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{network}: {done.stderr.strip()}")
    found = json.loads(done.stdout)["derivatives"]
    largest = max(abs(d) for table in reference["cpts"].values() for d in table["derivatives"])
    off = []
    compared = 0
    for name, table in reference["cpts"].items():
        assert found[name]["parents"] == table["parents"], name
        assert len(found[name]["values"]) == len(table["derivatives"]), name
        for place, (ours, theirs) in enumerate(zip(found[name]["values"], table["derivatives"])):
            compared += 1
            if not abs(ours - theirs) <= 1e-12 * max(1.0, largest):
                off.append(f"{target} by number {place} of {name}: {ours} and not {theirs}")
    assert found.keys() == reference["cpts"].keys()
    return compared, off


def known_case(file, folder):
    """How many figures of tests/cases/bif_*.json were compared, and those that are off.

    Their engine read the numbers as float32 and left the rows as they were. With the numbers rounded so,
    in a Markov network, whose rows nobody divides, everything agrees to 1e-9; with the numbers of the file,
    posteriors are off by what that rounding makes of them, 1e-7 and less.
    """
    case = json.loads(file.read_text())
    network = unpacked(case["inputs"]["network"].removesuffix(".bif"), folder)
    text = network.read_text()
    states = {}
    for name, listed in re.findall(r"variable (\S+) \{\s+type discrete \[ \d+ \] \{ (.*) \};", text):
        states[name] = listed.split(", ")
    number = {name: ix for ix, name in enumerate(states)}
    scopes, tables = [], []
    block = r"probability \( (\S+)(?: \| (.*))? \) \{\n((?:  .*\n)*)\}"
    for child, parents, body in re.findall(block, text):
        scope = (parents.split(", ") if parents else []) + [child]
        scopes.append(" ".join(str(v) for v in [len(scope), *(number[v] for v in scope)]))
        rows = {}
        for key, row in re.findall(r"  (?:table|\((.*?)\)) (.*);\n", body):
            rows[tuple(key.split(", ")) if key else ()] = [single(x) for x in row.split(", ")]
        keys = itertools.product(*(states[v] for v in scope[:-1]))
        values = [repr(x) for key in keys for x in rows[key]]
        tables.append(f"{len(values)} " + " ".join(values))
    rounded = folder / f"{file.stem}.uai"
    rounded.write_text("\n".join(["MARKOV", str(len(states)), " ".join(str(len(s)) for s in states.values()),
                                  str(len(scopes)), *scopes, *tables]))
    answers = case["expected"]["answers"]
    numbered = [{f"x{number[v]}": str(states[v].index(s)) for v, s in answer["evidence"].items()} for answer in answers]
    compared, off = 0, []
    for answer, exact, single_ in zip(answers, ask(network, answers, folder),
                                      ask(rounded, [{"evidence": seen} for seen in numbered], folder)):
        pairs = [("log10 P", single_["log10_p_evidence"], answer["log10_p_evidence"], 1e-9)]
        for name, expected in answer["posterior"].items():
            for ix, state in enumerate(states[name]):
                p = expected[state]
                as_single = single_["posteriors"][f"x{number[name]}"][str(ix)]
                pairs.append((f"{name} = {state} as float32", as_single, p, 1e-9))
                pairs.append((f"{name} = {state}", exact["posteriors"][name][state], p, 1e-7))
        compared += len(pairs)
        off += [f"{what} is {found} and not {p}" for what, found, p, most in pairs if not abs(found - p) <= most]
    return compared, off


def single(text):
    """The number, rounded to float32."""
    return struct.unpack("f", struct.pack("f", float(text)))[0]


def unpacked(name, folder):
    network = folder / f"{name}.bif"
    network.write_bytes(gzip.decompress((MODELS / f"{name}.bif.gz").read_bytes()))
    return network


def main():
    files = sorted(REFERENCE.glob("*.json"))
    sensitivity = [file for file in files if file.name.startswith("sensitivity_")]
    files = [file for file in files if file not in sensitivity]
    failed = 0
    compared = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for file in files:
            reference = json.loads(file.read_text())
            name = reference["network"]
            network = unpacked(name, folder)
            for case, answer in zip(reference["cases"], ask(network, reference["cases"], folder)):
                worst = list(differences(case, answer))
                of_log = abs(answer["log10_p_evidence"] - case["log10_p_evidence"])
                compared += len(worst)
                if max(worst) > 1e-12 or of_log > 1e-11:
                    failed += 1
                    print(f"{name}: {len(case['evidence'])} seen: off by {max(worst)}, {of_log}")
        n_derivatives = 0
        for file in sensitivity:
            n, off = derivatives(file, folder)
            n_derivatives += n
            failed += bool(off)
            for told in off[:5]:
                print(f"{file.stem}: {told}")
        n_known = 0
        known = sorted((REFERENCE.parent / "cases").glob("bif_*.json"))
        for file in known:
            n, off = known_case(file, folder)
            n_known += n
            failed += bool(off)
            for told in off[:5]:
                print(f"{file.stem}: {told}")
    print(f"{n_known} figures of {len(known)} known cases compared")
    print(f"{n_derivatives} derivatives of {len(sensitivity)} networks compared")
    print(f"{compared} probabilities of {len(files)} networks compared, {failed} cases off")
    return 1 if failed or len(files) != 24 or len(sensitivity) != 3 or len(known) != 11 else 0


if __name__ == "__main__":
    sys.exit(main())
