//! Speed of the branch of known games; `tests/games/peers.py` measures pygambit's beside ours.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use weigh_inference::game::{Game, InfoSet, Node, NormalForm, TraceSettings, trace};

fn names(list: &[&str]) -> Vec<String> {
    list.iter().map(|name| (*name).to_owned()).collect()
}

/// Asymmetric matching pennies, McKelvey & Palfrey (1995).
fn pennies() -> Game {
    let payoffs = vec![9.0, 0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0];
    let strategies = vec![names(&["U", "D"]), names(&["L", "R"])];
    let form = NormalForm { players: names(&["R", "C"]), strategies, payoffs };
    form.into_game().expect("a table of 2 × 2")
}

/// Selten's horse: three players, beliefs that matter.
fn horse() -> Game {
    let set =
        |player: u32| InfoSet { player, name: player.to_string(), actions: names(&["R", "L"]) };
    let nodes = vec![
        Node::Decision { info_set: 0, children: vec![1, 2] },
        Node::Decision { info_set: 1, children: vec![3, 4] },
        Node::Decision { info_set: 2, children: vec![5, 6] },
        Node::Terminal(vec![1.0, 1.0, 1.0]),
        Node::Decision { info_set: 2, children: vec![7, 8] },
        Node::Terminal(vec![3.0, 2.0, 2.0]),
        Node::Terminal(vec![0.0, 0.0, 0.0]),
        Node::Terminal(vec![4.0, 4.0, 0.0]),
        Node::Terminal(vec![0.0, 0.0, 1.0]),
    ];
    Game::new(names(&["P1", "P2", "P3"]), vec![set(0), set(1), set(2)], nodes)
        .expect("Selten's tree")
}

fn games(c: &mut Criterion) {
    let grid: Vec<f64> = std::iter::successors(Some(0.1), |x| Some(x * 1.3)).take(20).collect();
    let settings = TraceSettings { to_the_limit: false, ..TraceSettings::default() };
    for (name, game) in [("matching pennies", pennies()), ("Selten's horse", horse())] {
        c.bench_function(&format!("{name}, 20 precisions"), |b| {
            b.iter(|| trace(black_box(&game), black_box(&grid), &settings).expect("a finite game"));
        });
        c.bench_function(&format!("{name}, to the limit"), |b| {
            let settings = TraceSettings::default();
            b.iter(|| trace(black_box(&game), &[1.0], &settings).expect("a finite game"));
        });
    }
}

criterion_group!(benches, games);
criterion_main!(benches);
