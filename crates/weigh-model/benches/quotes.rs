//! Quotes against sources: 10,000 quotes in 1,000 texts of 50 kB each, in under 2 s on two cores.

use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use weigh_model::locate::locate;
use weigh_model::quotes::Folded;

/// The next of a row of numbers that look random: Marsaglia's xorshift.
fn next(state: &mut u64) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    (*state >> 33) as usize
}

/// Prose of words with commas, stops, typographic quotes and dashes.
fn prose(n_bytes: usize, state: &mut u64) -> String {
    const SYLLABLES: [&str; 16] = [
        "mo", "sa", "tion", "re", "the", "in", "ber", "lo", "ka", "shen", "ar", "my", "ful", "pro",
        "ü", "ed",
    ];
    const BETWEEN: [&str; 12] =
        [" ", " ", " ", " ", " ", " ", " ", ", ", ". ", " – ", "’s ", ".\n\n“"];
    let mut text = String::new();
    while text.len() < n_bytes {
        for _ in 0..1 + next(state) % 3 {
            text.push_str(SYLLABLES[next(state) % SYLLABLES.len()]);
        }
        text.push_str(BETWEEN[next(state) % BETWEEN.len()]);
    }
    text
}

fn quotes_in_sources(c: &mut Criterion) {
    let mut state = 42;
    let texts: Vec<String> = (0..1_000).map(|_| prose(50_000, &mut state)).collect();
    let quotes: Vec<String> = (0..10_000)
        .map(|ix| {
            let words: Vec<&str> = texts[ix % texts.len()].split(' ').collect();
            let start = next(&mut state) % (words.len() - 20);
            let quote = words[start..start + 4 + next(&mut state) % 12].join(" ");
            // Typed by hand, and every tenth wrong.
            let typed = quote.replace('’', "'").replace('–', "-").replace('\n', " ");
            if ix % 10 == 0 { typed.replace('a', "o") + " indeed" } else { typed }
        })
        .collect();
    let quotes: Vec<&str> = quotes.iter().map(String::as_str).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let n_found: usize = locate(&quotes, &texts).iter().map(Vec::len).sum();
    assert!(n_found >= 8_900, "{n_found} were found");

    let mut group = c.benchmark_group("quotes");
    group.sample_size(10);
    group.bench_function("10000_in_1000_texts", |b| {
        b.iter(|| black_box(locate(black_box(&quotes), black_box(&texts))));
    });
    group.bench_function("fold_50_kb", |b| b.iter(|| black_box(Folded::new(black_box(texts[0])))));
    group.finish();
}

criterion_group!(benches, quotes_in_sources);
criterion_main!(benches);
