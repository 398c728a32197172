#!/usr/bin/env bash
# Seeds from the language page, the manual pages, the examples and the formats' fixtures: corpus/TARGET.
set -euo pipefail
cd "$(dirname "$0")"
mkdir -p corpus/parse corpus/pipeline
awk -v folder=corpus/parse '
    /^```weigh/ { n++; file = sprintf("%s/page-%03d.weigh", folder, n); inside = 1; next }
    /^```/      { inside = 0 }
    inside      { print > file }
' ../docs/*.md
awk -v folder=corpus/parse '
    /^```weigh/ { n++; file = sprintf("%s/rule-%03d.weigh", folder, n); inside = 1; next }
    /^```/      { inside = 0 }
    inside      { gsub(/\\"/, "\""); gsub(/\\\\/, "\\"); print > file }
' ../crates/*/src/checks/*.rs
cp ../crates/weigh-cli/src/starting.weigh corpus/parse/
for file in ../examples/*/*.weigh; do
    cp "$file" "corpus/parse/$(basename "$(dirname "$file")")-$(basename "$file")"
done
cp corpus/parse/*.weigh corpus/pipeline/
# An example with the files that it names, in one text: see fuzz_targets/pipeline.rs.
for folder in ../examples/*/; do
    name="$(basename "$folder")"
    [ -f "$folder/$name.weigh" ] || continue
    {
        cat "$folder/$name.weigh"
        (cd "$folder" && find . -type f \( -name '*.txt' -o -name '*.weigh' \) ! -name "$name.weigh" \
            | sed 's|^\./||' | sort | while read -r file; do
                printf '\n=== %s\n' "$file"
                cat "$file"
            done)
    } > "corpus/pipeline/$name-whole.weigh"
done
# The fixtures of each format.
for file in ../crates/weigh-formats/tests/fixtures/*.*; do
    [[ "$file" == *.csv ]] && continue
    target="${file##*.}"
    mkdir -p "corpus/$target"
    cp "$file" "corpus/$target/"
done
# Matrices of hypotheses are in tables of every kind.
mkdir -p corpus/ach
for file in ../crates/weigh-formats/tests/fixtures/*.csv; do
    cp "$file" corpus/ach/
    tr ',' ';' < "$file" > "corpus/ach/semicolons-$(basename "$file")"
done
ls corpus/* | wc -l
