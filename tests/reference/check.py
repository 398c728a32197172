"""`weigh query` against exact posteriors of 24 published networks, from nothing seen to a tenth.

    python check.py WEIGH

The networks are the BIF files in pgmpy's wheel, the figures those of tests/reference: computed by
another program and cross-checked by a third, whose two differ by at most 8.8e-15. Asked for are 1e-12
on probabilities and 1e-11 on the logarithm: rounding of some million sums and products.
"""

import gzip
import importlib.util
import json
import pathlib
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


def main():
    files = sorted(REFERENCE.glob("*.json"))
    failed = 0
    compared = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for file in files:
            reference = json.loads(file.read_text())
            name = reference["network"]
            network = folder / f"{name}.bif"
            network.write_bytes(gzip.decompress((MODELS / f"{name}.bif.gz").read_bytes()))
            for case, answer in zip(reference["cases"], ask(network, reference["cases"], folder)):
                worst = list(differences(case, answer))
                of_log = abs(answer["log10_p_evidence"] - case["log10_p_evidence"])
                compared += len(worst)
                if max(worst) > 1e-12 or of_log > 1e-11:
                    failed += 1
                    print(f"{name}: {len(case['evidence'])} seen: off by {max(worst)}, {of_log}")
    print(f"{compared} probabilities of {len(files)} networks compared, {failed} cases off")
    return 1 if failed or len(files) != 24 else 0


if __name__ == "__main__":
    sys.exit(main())
