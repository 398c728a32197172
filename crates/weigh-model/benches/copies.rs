//! Copies and rewritten texts among 10,000 articles: reading them, and finding which come from one.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use weigh_model::copies::{Print, groups, pairs};

const N: usize = 10_000;
/// Every tenth article is another one in other words, every tenth after it one with its beginning replaced.
const EVERY: usize = 10;

/// Steele, Lea & Flood (2014), *Fast splittable pseudorandom number generators*.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % n as u64) as usize
    }
}

/// A word, the same for the same number, of two to four syllables.
fn word(mut n: usize) -> String {
    let mut word = String::new();
    for _ in 0..2 + n % 3 {
        word.push(char::from(b"bdfgklmnprstvz"[n % 14]));
        word.push(char::from(b"aeiou"[n / 14 % 5]));
        n = n / 7 + 31;
    }
    word
}

/// A name, unlike every word.
fn name(n: usize) -> String {
    format!("Q{}{}", word(n), n % 97)
}

/// An article of about 600 words: those on one subject share their names.
fn article(random: &mut Random, subject: usize) -> Vec<String> {
    (0..600)
        .map(|ix| match random.below(100) {
            _ if ix % 18 == 17 => format!("{}.", word(random.below(3000))),
            0..10 => name(subject * 40 + random.below(40)),
            10..13 => (2 + random.below(5000)).to_string(),
            // Few words are frequent.
            _ => {
                let most = 1 + random.below(3000);
                word(random.below(most))
            }
        })
        .collect()
}

/// The texts, and which one each comes from.
fn texts() -> (Vec<String>, Vec<usize>) {
    let mut random = Random(1);
    let mut texts: Vec<Vec<String>> = Vec::new();
    let mut from = Vec::new();
    for ix in 0..N {
        let (mut words, of) = match ix % EVERY {
            // In other words: six of ten are replaced, names and numbers stay.
            8 => (texts[ix - 8].clone(), ix - 8),
            // Its beginning is replaced.
            9 => (texts[ix - 9].clone(), ix - 9),
            _ => (article(&mut random, ix % 100), ix),
        };
        for (at, said) in words.iter_mut().enumerate() {
            let is_kept = said.starts_with(|c: char| c == 'Q' || c.is_ascii_digit());
            let is_other = match ix % EVERY {
                8 => !is_kept && random.below(10) < 6,
                9 => at < 100,
                _ => false,
            };
            if is_other {
                *said = word(random.below(3000));
            }
        }
        texts.push(words);
        from.push(of);
    }
    (texts.iter().map(|words| words.join(" ")).collect(), from)
}

fn copies(criterion: &mut Criterion) {
    let (texts, from) = texts();
    let bytes: usize = texts.iter().map(String::len).sum();
    let run = || {
        let prints: Vec<Print> = texts.iter().map(|text| Print::new(text)).collect();
        let found = pairs(&prints);
        groups(prints.len(), &found)
    };
    let mut wanted: Vec<Vec<usize>> =
        (0..N / EVERY).map(|n| vec![n * EVERY, n * EVERY + 8, n * EVERY + 9]).collect();
    wanted.retain(|group| group.iter().all(|&ix| from[ix] == group[0]));
    assert_eq!(run(), wanted, "every planted copy is found, and nothing else");
    let mut group = criterion.benchmark_group("copies");
    group.sample_size(10).measurement_time(Duration::from_secs(20));
    group.bench_function(format!("{N} articles, {} MB", bytes / 1_000_000), |bench| {
        bench.iter(|| black_box(run()));
    });
    group.finish();
}

criterion_group!(benches, copies);
criterion_main!(benches);
