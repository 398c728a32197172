#!/usr/bin/env bash
# Runs every test. Needs Rust; installs a browser and Node for the report's tests and Python for the
# formats' if they are missing.
set -euo pipefail
cd "$(dirname "$0")"

step() { printf '\n== %s\n' "$*"; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

browser() {
    for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
        [ -n "$name" ] && command -v "$name" && return
    done
    return 1
}

step "what the tests need"
missing=()
browser >/dev/null || missing+=(chromium)
command -v pdftotext >/dev/null || missing+=(poppler-utils)
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)
python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
if [ "${#missing[@]}" -gt 0 ]; then
    echo "installing ${missing[*]}"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi
for component in rustfmt clippy; do
    cargo "${component/rustfmt/fmt}" --version >/dev/null 2>&1 || rustup component add "$component"
done
if [ -f tests/report/package.json ]; then
    npm ci --prefix tests/report --no-audit --no-fund --loglevel=error
fi

step "cargo fmt"
cargo fmt --all --check

step "cargo clippy"
cargo clippy --workspace --all-targets --locked -- -D warnings

step "cargo test"
# A change is judged by the same random cases each time; `cargo test` alone draws new ones.
PROPTEST_RNG_SEED="${PROPTEST_RNG_SEED:-20221014}" cargo test --workspace --locked

step "cargo doc"
RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked

step "tidy"
cargo run --quiet --locked -p xtask -- tidy

step "reports of the examples"
# The build that users run, not the tests'.
cargo build --release --locked -p weigh-cli
weigh="${CARGO_TARGET_DIR:-target}/release/weigh"
pages="$(mktemp -d)"
trap 'rm -rf "$pages"' EXIT
"$weigh" fmt --check examples/*/
# The same file and seed give the same bytes, however the program was compiled.
for build in debug release; do
    "${CARGO_TARGET_DIR:-target}/$build/weigh" solve --format json examples/belarus >"$pages/$build.json" 2>/dev/null
done
cmp "$pages/debug.json" "$pages/release.json"
rm "$pages"/*.json
for file in examples/*/*.weigh; do
    # A file of sources is part of another and asks nothing itself.
    grep -q '^question ' "$file" || continue
    name="$(basename "$(dirname "$file")")-$(basename "$file" .weigh)"
    "$weigh" report "$file" -o "$pages/$name.html"
done

step "the formats against pyAgrum and pgmpy"
cargo build --release --locked -p weigh-formats --example convert
python="$(tests/python.sh formats)"
"$python" tests/formats/peers.py "${CARGO_TARGET_DIR:-target}/release/examples/convert"

step "influence diagrams against pyAgrum"
"$python" tests/formats/decisions.py "$(realpath "$weigh")"

step "games against pygambit"
"$(tests/python.sh games)" tests/games/peers.py "$(realpath "$weigh")" tests/cases

step "drafts by a real model on this machine"
"$(tests/python.sh models)" tests/models/check.py "$(realpath "$weigh")"

step "the engine against exact posteriors of published networks"
"$python" tests/reference/check.py "$(realpath "$weigh")"

step "the engine against solutions of an inference competition"
python3 tests/uai/check.py "$(realpath "$weigh")"

step "the benchmarks run (what they measure here means nothing)"
"$python" tests/bench/peers.py "$weigh" --smoke >/dev/null

step "the reports in a browser"
if [ -f tests/report/check.mjs ]; then
    CHROMIUM="$(browser)" WEIGH="$(realpath "$weigh")" WEIGH_REPORTS="$pages" node --test tests/report/check.mjs
fi

step "all passed"
