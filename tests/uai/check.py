"""`weigh query` against published solutions of the UAI 2014 competition; see README.md.

    python check.py WEIGH [NAME ...]

Posteriors are printed with six digits: they must agree to 5e-7, half of the sixth decimal. So must log10 of
the partition function to half of its last printed digit. A hard problem may also be refused, with a message
that says how large it is, before memory is taken; what is solved stays below 8 GB. Both dialects of evidence give
the same answer.
"""

import decimal
import gzip
import hashlib
import json
import pathlib
import resource
import subprocess
import sys
import tempfile

WEIGH = sys.argv[1]
HERE = pathlib.Path(__file__).parent
# Room for the program itself beside the 8 GB of tables.
MOST_BYTES = (8 << 30) + (256 << 20)
POSTERIORS = 5e-7
# Refused so far, though an order with 5.6e7 entries in all is known: ours has 2.5e9.
TOO_WIDE_SO_FAR = {"linkage_21"}


def query(model, evidence):
    """The answer, or what was said instead."""
    done = subprocess.run([WEIGH, "query", model, "--cases", evidence, "--format", "json"], capture_output=True,
                          text=True, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES)))
    if done.returncode != 0:
        return None, done.stderr
    (line,) = done.stdout.splitlines()
    return json.loads(line), done.stderr


def published(name):
    words = gzip.decompress((HERE / f"{name}.uai.MAR.gz").read_bytes()).split()
    assert words[0] == b"MAR"
    n_variables, at, posteriors = int(words[1]), 2, []
    for _ in range(n_variables):
        n_states = int(words[at])
        posteriors.append([float(p) for p in words[at + 1:at + 1 + n_states]])
        at += 1 + n_states
    assert at == len(words)
    return posteriors


def faults(problem, folder):
    name = problem["name"]
    model = folder / f"{name}.uai"
    text = gzip.decompress((HERE / f"{name}.uai.gz").read_bytes())
    if hashlib.sha256(text).hexdigest() != problem["sha256"]:
        return ["this is not the published model"]
    model.write_bytes(text)
    evidence = folder / f"{name}.uai.evid"
    evidence.write_bytes((HERE / f"{name}.uai.evid").read_bytes())
    answer, said = query(model, evidence)
    if answer is None:
        if (problem["hard"] or name in TOO_WIDE_SO_FAR) and "hang together too closely" in said:
            print(f"{name}: refused: {said.splitlines()[0]}")
            return []
        return [f"no answer: {said.strip()}"]
    expected = published(name)
    found = [list(states.values()) for states in answer["posteriors"].values()]
    if [len(p) for p in found] != [len(p) for p in expected]:
        return ["other variables or states"]
    told = []
    worst = max(abs(p - q) for row, wanted in zip(found, expected) for p, q in zip(row, wanted))
    if not worst <= POSTERIORS:
        told.append(f"a posterior is off by {worst}")
    printed = decimal.Decimal(problem["log10_z"])
    half = 0.5 * 10.0 ** printed.as_tuple().exponent
    if not abs(answer["log10_p_evidence"] - float(printed)) <= half * (1 + 1e-9):
        told.append(f"log10 Z is {answer['log10_p_evidence']} and not {printed}")
    other = folder / "other.evid"
    other.write_text(f"1\n{evidence.read_text()}\n")
    if not problem["hard"] and query(model, other)[0] != answer:
        told.append("the other dialect of evidence gives another answer")
    return told


def main():
    problems = json.loads((HERE / "problems.json").read_text())
    asked = sys.argv[2:]
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for problem in problems:
            if asked and problem["name"] not in asked:
                continue
            for fault in faults(problem, pathlib.Path(folder)):
                failed += 1
                print(f"{problem['name']}: {fault}")
    print(f"{len(problems)} problems of the competition, {failed} faults")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
