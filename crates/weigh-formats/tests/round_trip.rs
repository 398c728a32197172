//! Any model survives every format bit for bit, as far as the format carries it.

use proptest::collection::vec;
use proptest::prelude::*;
use weigh_formats::{
    Format, Kind, Limits, Model, Property, Table, Variable, VariableKind, read, write,
};

/// Names that some format has trouble with.
fn name() -> impl Strategy<Value = String> {
    const ODD: &[&str] = &[
        "<5",
        "12+",
        "0-3_days",
        ">=7.5",
        "Asy/Patch",
        "1.5",
        "a b",
        " a",
        "b ",
        "a\"b",
        "a\\",
        "\\n",
        "//",
        "/*x*/",
        "#",
        "%",
        "table",
        "default",
        "property",
        "node",
        "x&amp;y",
        "]]>",
        "<!--",
        "Ł",
        "日本",
        "a;b",
        "(",
        "|",
        "unknown",
        "_",
        "\u{a0}",
        "it's",
        "a=b",
        "'",
    ];
    prop_oneof![
        prop::sample::select(ODD).prop_map(str::to_owned),
        "[a-zA-Z_][a-zA-Z0-9_]{0,8}",
        "\\PC{1,6}".prop_filter("control characters are refused", |name| {
            !name.chars().any(|c| {
                c.is_control() || ('\u{2028}'..='\u{2029}').contains(&c) || c >= '\u{fffe}'
            })
        }),
    ]
}

fn names(n: usize) -> impl Strategy<Value = Vec<String>> {
    vec(name(), n).prop_map(|mut names| {
        for ix in 0..names.len() {
            while names[..ix].contains(&names[ix]) {
                names[ix].push_str(&ix.to_string());
            }
        }
        names
    })
}

fn position() -> impl Strategy<Value = Option<[f64; 2]>> {
    prop::option::of([-1e6f64..1e6, -1e6f64..1e6])
}

/// A row that a reader leaves as it is: it was divided by its sum.
fn row(n: usize) -> impl Strategy<Value = Vec<f64>> {
    let weight = prop_oneof![Just(0.0), Just(1e-300), 1e-9f64..1.0];
    (vec(weight, n), 0..n).prop_map(|(mut row, one)| {
        row[one] += 1.0;
        let sum: f64 = row.iter().sum();
        row.iter().map(|x| x / sum).collect()
    })
}

/// A network or influence diagram; parents come first, so that XDSL keeps the order.
fn bayes() -> impl Strategy<Value = Model> {
    (1usize..6)
        .prop_flat_map(|n| {
            let states = vec((1usize..4).prop_flat_map(names), n);
            let kinds = vec(0u8..8, n);
            (
                names(n),
                states,
                kinds,
                vec(any::<u8>(), n),
                vec(position(), n),
                prop::option::of(name()),
            )
        })
        .prop_flat_map(|(names, states, kinds, bits, positions, network)| {
            let mut variables = Vec::new();
            let mut scopes: Vec<Vec<usize>> = Vec::new();
            for (ix, name) in names.iter().enumerate() {
                let mut variable = Variable::new(name, &states[ix]);
                variable.position = positions[ix];
                variable.kind = match kinds[ix] {
                    0 => VariableKind::Decision,
                    1 => VariableKind::Utility,
                    _ => VariableKind::Chance,
                };
                let is_utility = variable.kind == VariableKind::Utility;
                if is_utility {
                    variable.states.clear();
                }
                if bits[ix] & 128 != 0 {
                    variable.label = Some(format!("label {ix}"));
                    // Ends are cut off in most formats.
                    let value = name.trim().to_owned();
                    variable.properties.push(Property { name: "p".into(), value });
                }
                let utility = |v: &usize| kinds[*v] == 1;
                let mut scope: Vec<usize> =
                    (0..ix).filter(|v| bits[ix] >> v & 1 == 1 && !utility(v)).rev().collect();
                if !is_utility {
                    scope.push(ix);
                }
                variables.push(variable);
                scopes.push(scope);
            }
            let size = |scope: &[usize]| {
                scope.iter().map(|&v| variables[v].states.len()).product::<usize>()
            };
            let values: Vec<BoxedStrategy<Vec<f64>>> = scopes
                .iter()
                .zip(&variables)
                .map(|(scope, variable)| match variable.kind {
                    VariableKind::Decision => Just(Vec::new()).boxed(),
                    VariableKind::Utility => vec(-1e9f64..1e9, size(scope)).boxed(),
                    VariableKind::Chance => {
                        let n = variable.states.len();
                        vec(row(n), size(scope) / n).prop_map(|rows| rows.concat()).boxed()
                    }
                })
                .collect();
            (Just((variables, scopes, network)), values)
        })
        .prop_map(|((variables, scopes, name), values)| Model {
            kind: Kind::Bayes,
            name,
            properties: Vec::new(),
            variables,
            tables: scopes
                .into_iter()
                .zip(values)
                .enumerate()
                .map(|(ix, (scope, values))| Table { child: Some(ix), scope, values })
                .collect(),
        })
}

fn markov() -> impl Strategy<Value = Model> {
    vec(1usize..4, 1..6)
        .prop_flat_map(|sizes| {
            let scopes = prop::sample::subsequence(
                (0..sizes.len()).collect::<Vec<_>>(),
                0..=sizes.len().min(3),
            );
            (Just(sizes), vec(scopes.prop_shuffle(), 0..4))
        })
        .prop_flat_map(|(sizes, scopes)| {
            let values: Vec<_> = scopes
                .iter()
                .map(|scope| vec(0f64..1e9, scope.iter().map(|&v| sizes[v]).product::<usize>()))
                .collect();
            (Just(sizes), Just(scopes), values)
        })
        .prop_map(|(sizes, scopes, values)| Model {
            kind: Kind::Markov,
            name: None,
            properties: Vec::new(),
            variables: sizes
                .iter()
                .enumerate()
                .map(|(ix, n)| {
                    let states: Vec<String> = (0..*n).map(|state| state.to_string()).collect();
                    Variable::new(format!("x{ix}"), &states)
                })
                .collect(),
            tables: scopes
                .into_iter()
                .zip(values)
                .map(|(scope, values)| Table { child: None, scope, values })
                .collect(),
        })
}

fn bits(model: &Model) -> Vec<Vec<u64>> {
    model.tables.iter().map(|table| table.values.iter().map(|x| x.to_bits()).collect()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_network_survives_every_format(model in bayes()) {
        let chance = model.variables.iter().all(|v| v.kind == VariableKind::Chance);
        for format in Format::ALL {
            let written = write(format, &model).unwrap();
            let again = read(format, &written.text, &Limits::default());
            let again = again.unwrap_or_else(|e| panic!("{format:?}: {e}\n{}", written.text));
            prop_assert_eq!(again.rows_corrected, 0);
            let again = again.model;
            if chance || !matches!(format, Format::Bif | Format::Uai) {
                prop_assert_eq!(bits(&again), bits(&model), "{:?}", format);
            }
            let slugs: Vec<&str> = written.lost.iter().map(|loss| loss.slug).collect();
            if slugs.is_empty() {
                prop_assert_eq!(&again, &model, "{:?}: {}", format, written.text);
            }
            // These two hold everything that the models here have.
            if chance && matches!(format, Format::Bif | Format::XmlBif) {
                prop_assert!(slugs.is_empty(), "{:?}", slugs);
            }
        }
    }

    #[test]
    fn a_markov_network_survives_uai(model in markov()) {
        let written = write(Format::Uai, &model).unwrap();
        prop_assert_eq!(&written.lost, &[]);
        let again = read(Format::Uai, &written.text, &Limits::default()).unwrap().model;
        prop_assert_eq!(again, model);
    }
}
