//! How long the calculation takes: on a network such as an analyst writes, and on a large one.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use weigh_inference::{
    Distribution, DrawPlan, Evidence, Limits, Network, NetworkBuilder, Parameter, Query, Settings,
    Sharing, Tape, VarId, solve,
};

/// 17 factors that depend on up to 3 others and 8 reports of factors, all reports observed; 60
/// uncertain numbers in two kinds of groups, used in turn for the cells.
fn analyst_network() -> (Network, Evidence) {
    const N_FACTORS: u32 = 17;
    const N_VARS: u32 = 25;
    const N_PARAMS: usize = 60;
    let mut build = NetworkBuilder::new();
    let params: Vec<_> = (0..N_PARAMS)
        .map(|i| {
            let low = 0.02 + 0.012 * i as f64;
            let distribution = Distribution::beta_from_interval(low, low + 0.15, 0.9);
            let mut parameter =
                Parameter::new(format!("p{i}"), distribution.expect("a plain range fits"));
            parameter.table_group = Some(i as u32 / 3);
            parameter.elicitor_group = Some(i as u32 % 2);
            build.add_parameter(parameter)
        })
        .collect();
    let mut next = 0;
    for v in 0..N_VARS {
        let var = build.add_variable(format!("x{v}"), &["no", "yes"]);
        let parents: Vec<VarId> = match v.checked_sub(N_FACTORS) {
            // Not only neighbours: what is found must travel through several tables.
            None => (1..=v.min(1 + v % 3)).map(|i| VarId(v - (i + i / 2).min(v))).collect(),
            Some(report) => vec![VarId(2 * report + 1)],
        };
        let mut cells = Vec::new();
        for _ in 0..1 << parents.len() {
            let yes = build.formulas().parameter(params[next % N_PARAMS]);
            cells.extend([build.formulas().complement(yes), yes]);
            next += 1;
        }
        build.set_table(var, &parents, cells);
    }
    let evidence = (N_FACTORS..N_VARS)
        .fold(Evidence::new(), |evidence, v| evidence.observe(VarId(v), v as usize % 2));
    (build.build().expect("the network is well formed"), evidence)
}

/// A grid of 12 by 25 variables of three states, each on its neighbours above and to the left, one in
/// ten seen: messages of up to 3^12 entries, computed table by table.
fn grid() -> (Network, Evidence) {
    const WIDTH: u32 = 12;
    let mut build = NetworkBuilder::new();
    let mut evidence = Evidence::new();
    let mut bits = 1u32;
    let mut next = || {
        bits = bits.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(1 + (bits >> 24))
    };
    for v in 0..WIDTH * 25 {
        let var = build.add_variable(format!("x{v}"), &["a", "b", "c"]);
        let left = (v % WIDTH > 0).then(|| VarId(v - 1));
        let parents: Vec<VarId> = v.checked_sub(WIDTH).map(VarId).into_iter().chain(left).collect();
        let mut cells = Vec::new();
        for _ in 0..3usize.pow(parents.len() as u32) {
            let row = [next(), next(), next()];
            let sum: f64 = row.iter().sum();
            cells.extend(row.map(|cell| cell / sum));
        }
        build.set_numbers(var, &parents, cells);
        if v % 10 == 3 {
            evidence = evidence.observe(var, 1);
        }
    }
    (build.build().expect("rows fit"), evidence)
}

fn large(c: &mut Criterion) {
    let (network, evidence) = grid();
    let all: Vec<VarId> = network.ids().collect();
    let limits = Limits::SINGLE_CASE;
    let mut group = c.benchmark_group("grid of 300 variables");
    group.sample_size(10);
    group.bench_function("compile", |b| {
        b.iter(|| Tape::compile(black_box(&network), &evidence, &[], &limits).expect("it fits"));
    });
    group.bench_function("all posteriors, compiled before", |b| {
        let tape = Tape::compile(&network, &evidence, &[], &limits).expect("it fits");
        let mut run = tape.workspace();
        b.iter(|| run.marginals(&[], None, 1).expect("the shapes fit"));
    });
    group.bench_function("all posteriors, from the network", |b| {
        b.iter(|| {
            let query = Query::new(black_box(&network), &evidence, &all, &limits);
            query.expect("it fits").run(&[]).expect("the shapes fit")
        });
    });
}

fn benches(c: &mut Criterion) {
    let (network, evidence) = analyst_network();
    let sharing = Sharing { within_table: 0.5, within_elicitor: 0.2 };
    let settings = Settings { sharing, ..Settings::default() };
    let limits = Limits::default();
    let mut group = c.benchmark_group("25 variables, 60 betas, 8 findings");

    group.bench_function("compile", |b| {
        b.iter(|| Tape::compile(black_box(&network), &evidence, &[], &limits));
    });
    group.bench_function("plan the draws", |b| {
        b.iter(|| DrawPlan::new(black_box(network.parameters()), sharing, 1));
    });
    group.bench_function("10,000 draws", |b| {
        let plan = DrawPlan::new(network.parameters(), sharing, 1);
        let mut out = vec![0.0; network.parameters().len() * 100];
        b.iter(|| (0..100).for_each(|i| plan.fill(black_box(i * 100), 100, &mut out)));
    });
    group.bench_function("plan and 10,000 draws", |b| {
        let mut out = vec![0.0; network.parameters().len() * 100];
        b.iter(|| {
            let plan = DrawPlan::new(black_box(network.parameters()), sharing, 1);
            (0..100).for_each(|i| plan.fill(i * 100, 100, &mut out));
        });
    });
    group.bench_function("10,000 lanes forward and backward", |b| {
        let tape = Tape::compile(&network, &evidence, &[], &limits).expect("it is small");
        let plan = DrawPlan::new(network.parameters(), sharing, 1);
        let mut params = vec![0.0; network.parameters().len() * 128];
        plan.fill(0, 128, &mut params);
        let mut run = tape.workspace();
        b.iter(|| {
            for _ in 0..78 {
                run.forward(black_box(&params), None, 128).expect("the shapes fit");
                run.backward_marginals();
            }
        });
    });
    group.bench_function("solve, 10,000 draws, all marginals", |b| {
        b.iter(|| solve(black_box(&network), &evidence, &[], &settings));
    });
    group.bench_function("solve, and the interval of one variable", |b| {
        b.iter(|| {
            let answer = solve(black_box(&network), &evidence, &[], &settings).expect("possible");
            (answer.quantile(VarId(16), 1, 0.05), answer.quantile(VarId(16), 1, 0.95))
        });
    });
    group.bench_function("fit a beta to 5% to 15%", |b| {
        b.iter(|| Distribution::beta_from_interval(black_box(0.05), 0.15, 0.9));
    });
}

criterion_group!(solving, benches, large);
criterion_main!(solving);
