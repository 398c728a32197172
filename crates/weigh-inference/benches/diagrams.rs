//! Speed of 10,000 draws of a diagram of the flagship's size, and of one whose decisions rely on each other.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use weigh_inference::diagram::{Diagram, Node, Numbers, Payoff, Role, Solution, Solver};

const DRAWS: usize = 10_000;

fn node(name: &str, parents: &[usize], role: Role) -> Node {
    let states = vec!["no".to_owned(), "yes".to_owned()];
    Node { name: name.to_owned(), states, parents: parents.to_vec(), role }
}

fn payoff(name: &str, owner: usize, parents: &[usize]) -> Payoff {
    Payoff { name: name.to_owned(), owner, parents: parents.to_vec() }
}

/// Ten variables: a patron who sees the front presses or not, a ruler who sees that and a poll sends
/// troops or not; four reasons in his payoffs, three in the patron's.
fn flagship() -> Diagram {
    let nodes = vec![
        node("mood", &[], Role::Chance),
        node("poll", &[0], Role::Chance),
        node("front", &[], Role::Chance),
        node("press", &[2], Role::Decision { owner: 0 }),
        node("army", &[0], Role::Chance),
        node("send", &[3, 1], Role::Decision { owner: 1 }),
        node("revolt", &[0, 5, 4], Role::Chance),
        node("losses", &[2, 5], Role::Chance),
        node("sanctions", &[5], Role::Chance),
        node("falls", &[6, 8], Role::Chance),
    ];
    let payoffs = vec![
        payoff("help", 0, &[2, 5]),
        payoff("quarrel", 0, &[3, 5]),
        payoff("ally lost", 0, &[9]),
        payoff("power", 1, &[9]),
        payoff("pressed", 1, &[3, 5]),
        payoff("losses", 1, &[7]),
        payoff("sanctions", 1, &[8]),
    ];
    Diagram::new(vec!["patron".into(), "ruler".into()], nodes, payoffs, vec![])
        .expect("a diagram without fault")
}

/// Both decide at once, each knowing something of his own.
fn at_once() -> Diagram {
    let nodes = vec![
        node("front", &[], Role::Chance),
        node("mood", &[0], Role::Chance),
        node("press", &[0], Role::Decision { owner: 0 }),
        node("send", &[1], Role::Decision { owner: 1 }),
        node("revolt", &[1, 2, 3], Role::Chance),
    ];
    let payoffs = vec![payoff("patron", 0, &[0, 2, 3]), payoff("ruler", 1, &[2, 3, 4])];
    Diagram::new(vec!["patron".into(), "ruler".into()], nodes, payoffs, vec![])
        .expect("a diagram without fault")
}

/// Other numbers for each draw.
fn fill(diagram: &Diagram, numbers: &mut Numbers, draw: usize) {
    let mut bits = draw as u64;
    let mut unit = || {
        bits = bits.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        (bits >> 11) as f64 / (1u64 << 53) as f64
    };
    for ix in 0..diagram.nodes().len() {
        numbers.table_mut(ix).chunks_exact_mut(2).for_each(|row| {
            row[0] = unit();
            row[1] = 1.0 - row[0];
        });
        numbers.set_precision(ix, 3.0 * unit());
    }
    for ix in 0..diagram.payoffs().len() {
        numbers.payoff_mut(ix).iter_mut().for_each(|value| *value = unit());
    }
}

fn all_draws(diagram: &Diagram, solver: &mut Solver, numbers: &mut Numbers, found: &mut Solution) {
    for draw in 0..DRAWS {
        fill(diagram, numbers, draw);
        solver.solve(black_box(numbers), found).expect("numbers that make sense");
        black_box(&found);
    }
}

fn diagrams(c: &mut Criterion) {
    let mut group = c.benchmark_group("diagrams, 10,000 draws");
    group.sample_size(10);
    for (name, diagram) in [("flagship's size", flagship()), ("decided at once", at_once())] {
        let mut solver = Solver::new(&diagram).expect("a small diagram");
        let (mut numbers, mut found) = (diagram.numbers(), solver.solution());
        group.bench_function(name, |b| {
            b.iter(|| all_draws(&diagram, &mut solver, &mut numbers, &mut found));
        });
    }
    group.finish();
    c.bench_function("a diagram of the flagship's size laid out", |b| {
        let diagram = flagship();
        b.iter(|| Solver::new(black_box(&diagram)).expect("a small diagram"));
    });
}

criterion_group!(benches, diagrams);
criterion_main!(benches);
