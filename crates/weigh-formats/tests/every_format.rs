//! The same faults in every format: each is told of by the same slug, on the line that holds it.

use weigh_formats::{Format, Limits, read, write};

/// A rains, b is wet: in each format, its numbers on lines of their own.
fn good(format: Format) -> String {
    let text = match format {
        Format::Bif => {
            "network n { }\n\
             variable a { type discrete [ 2 ] { no, yes }; }\n\
             variable b { type discrete [ 2 ] { dry, wet }; }\n\
             probability ( a ) {\n  table 0.75, 0.25;\n}\n\
             probability ( b | a ) {\n  (no) 1, 0;\n  (yes) 0.5, 0.5;\n}\n"
        }
        Format::XmlBif => {
            "<BIF VERSION=\"0.3\"><NETWORK><NAME>n</NAME>\n\
             <VARIABLE TYPE=\"nature\"><NAME>a</NAME>\n<OUTCOME>no</OUTCOME><OUTCOME>yes</OUTCOME></VARIABLE>\n\
             <VARIABLE TYPE=\"nature\"><NAME>b</NAME>\n<OUTCOME>dry</OUTCOME><OUTCOME>wet</OUTCOME></VARIABLE>\n\
             <DEFINITION><FOR>a</FOR>\n<TABLE>\n0.75 0.25\n</TABLE></DEFINITION>\n\
             <DEFINITION><FOR>b</FOR><GIVEN>a</GIVEN>\n<TABLE>\n1 0\n0.5 0.5\n</TABLE></DEFINITION>\n\
             </NETWORK></BIF>\n"
        }
        Format::Xdsl => {
            "<smile version=\"1.0\" id=\"n\"><nodes>\n\
             <cpt id=\"a\">\n<state id=\"no\"/><state id=\"yes\"/>\n<probabilities>\n0.75 0.25\n</probabilities></cpt>\n\
             <cpt id=\"b\">\n<state id=\"dry\"/><state id=\"wet\"/><parents>a</parents>\n<probabilities>\n1 0\n\
             0.5 0.5\n</probabilities></cpt>\n</nodes></smile>\n"
        }
        Format::HuginNet => {
            "net { }\n\
             node a { states = (\"no\" \"yes\"); }\n\
             node b { states = (\"dry\" \"wet\"); }\n\
             potential (a) { data =\n(0.75 0.25)\n; }\n\
             potential (b | a) { data =\n(\n(1 0)\n(0.5 0.5)\n)\n; }\n"
        }
        Format::Uai => "BAYES\n2\n2 2\n2\n1 0\n2 0 1\n2\n0.75 0.25\n4\n1 0\n0.5 0.5\n",
    };
    text.to_owned()
}

/// The file with the first `old` replaced, and where that stands.
fn damaged(format: Format, old: &str, new: &str) -> (String, usize) {
    let text = good(format);
    let at = text.find(old).unwrap_or_else(|| panic!("{format:?} has no {old}"));
    (text.replacen(old, new, 1), text[..at].matches('\n').count() + 1)
}

/// Slug and line of what is wrong.
fn fault(format: Format, text: &str) -> (&'static str, usize) {
    let error = match read(format, text, &Limits::default()) {
        Ok(_) => panic!("{format:?} takes\n{text}"),
        Err(error) => error,
    };
    assert!(error.column >= 1 && !error.message.is_empty() && !error.message.contains('\n'));
    let line = text.lines().nth(error.line - 1).unwrap_or("");
    assert!(error.column <= line.chars().count() + 1, "{format:?}: {error}");
    (error.slug, error.line)
}

#[test]
fn the_good_file_is_good_in_every_format() {
    let models = Format::ALL.map(|format| {
        let model = read(format, &good(format), &Limits::default()).unwrap().model;
        let values: Vec<Vec<f64>> = model.tables.iter().map(|t| t.values.clone()).collect();
        assert!(write(format, &model).is_ok());
        values
    });
    for values in &models {
        assert_eq!(values, &[vec![0.75, 0.25], vec![1.0, 0.0, 0.5, 0.5]]);
    }
}

#[test]
fn numbers_that_are_none_or_cannot_be() {
    for format in Format::ALL {
        for (number, slug) in [
            ("-0.25", "negative-probability"),
            ("nan", "not-a-number"),
            ("NaN", "not-a-number"),
            ("inf", "not-a-number"),
            ("-Infinity", "not-a-number"),
            ("1e999", "not-a-number"),
            ("0,25x", "not-a-number"),
            ("0x1p-2", "not-a-number"),
            ("٠", "not-a-number"),
        ] {
            let (text, line) = damaged(format, "0.25", number);
            let found = fault(format, &text);
            // A comma parts numbers in BIF: it then is one number too many.
            let expected = match (format, number) {
                (Format::Bif, "0,25x") => ["not-a-number", "table-size"].to_vec(),
                _ => vec![slug],
            };
            assert!(expected.contains(&found.0), "{format:?} {number}: {found:?}");
            assert_eq!(found.1, line, "{format:?} {number}");
        }
    }
}

#[test]
fn rows_that_do_not_sum_to_1() {
    for format in Format::ALL {
        for wrong in ["0.35", "0.20", "3"] {
            let (text, line) = damaged(format, "0.25", wrong);
            let found = fault(format, &text);
            assert_eq!(found.0, "row-sum", "{format:?} {wrong}");
            // The row, or the table it begins with.
            assert!((line - 2..=line).contains(&found.1), "{format:?} {wrong}: {found:?}");
        }
        let (text, _) = damaged(format, "0.25", "0.2500001");
        let read = read(format, &text, &Limits::default()).unwrap();
        assert_eq!((read.rows_corrected, read.largest.unwrap().sum), (1, 1.0000001));
    }
}

#[test]
fn tables_of_the_wrong_size() {
    for format in Format::ALL {
        for (old, new) in [
            ("0.75", ""),
            ("0.25", "0.25 0.5"),
            ("0.5", "0.25 0.25 0.5"),
            ("0.75", "0.25 0.25 0.25 0.25 0.25 0.25 0.25 0.25 0.25"),
        ] {
            let new = if format == Format::Bif { new.replace(' ', ", ") } else { new.to_owned() };
            let old = if format == Format::Bif && new.is_empty() { "0.75, " } else { old };
            let (text, _) = damaged(format, old, &new);
            let (slug, _) = fault(format, &text);
            // UAI's numbers run on: what is too many or too few there shows as what comes next.
            let known: &[&str] = match format {
                Format::Uai => &["table-size", "uai-syntax", "not-a-number", "row-sum"],
                _ => &["table-size"],
            };
            assert!(known.contains(&slug), "{format:?} {old} -> {new}: {slug}");
        }
    }
}

#[test]
fn variables_that_depend_on_themselves() {
    for format in Format::ALL {
        let (old, new) = match format {
            Format::Bif => ("( a ) {\n  table 0.75, 0.25;", "( a | b ) {\n  default 0.75, 0.25;"),
            Format::XmlBif => {
                ("<FOR>a</FOR>\n<TABLE>\n", "<FOR>a</FOR><GIVEN>b</GIVEN>\n<TABLE>0.5 0.5\n")
            }
            Format::Xdsl => (
                "<state id=\"yes\"/>\n<probabilities>\n",
                "<state id=\"yes\"/><parents>b</parents>\n<probabilities>0.5 0.5\n",
            ),
            Format::HuginNet => {
                ("(a) { data =\n(0.75 0.25)", "(a | b) { data =\n((0.5 0.5)(0.75 0.25))")
            }
            Format::Uai => ("1 0\n2 0 1\n2\n0.75 0.25", "2 1 0\n2 0 1\n4\n0.5 0.5 0.75 0.25"),
        };
        let (text, _) = damaged(format, old, new);
        assert_eq!(fault(format, &text).0, "cycle", "{format:?}");
    }
}

#[test]
fn two_of_what_there_is_one_of() {
    for format in Format::ALL {
        // (what, old, new, slug); UAI has no names.
        let faults: &[(&str, &str, &str)] = match format {
            Format::Bif => &[
                ("variable b", "variable a", "doubled-variable"),
                ("dry, wet", "wet, wet", "doubled-state"),
                ("( b | a )", "( a | b )", "doubled-table"),
                ("( b | a )", "( b | a, a )", "doubled-parent"),
                ("( b | a )", "( b | c )", "unknown-variable"),
                ("(yes) 0.5", "(no) 0.5", "doubled-row"),
                ("(yes) 0.5", "(maybe) 0.5", "unknown-state"),
                ("  (yes) 0.5, 0.5;\n", "", "missing-row"),
            ],
            Format::XmlBif => &[
                ("<NAME>b", "<NAME>a", "doubled-variable"),
                ("dry", "wet", "doubled-state"),
                (
                    "<FOR>b</FOR><GIVEN>a</GIVEN>\n<TABLE>\n1 0\n",
                    "<FOR>a</FOR>\n<TABLE>\n",
                    "doubled-table",
                ),
                ("<GIVEN>a</GIVEN>", "<GIVEN>a</GIVEN><GIVEN>a</GIVEN>", "doubled-parent"),
                ("<GIVEN>a", "<GIVEN>c", "unknown-variable"),
            ],
            Format::Xdsl => &[
                ("<cpt id=\"b\"", "<cpt id=\"a\"", "doubled-variable"),
                ("dry", "wet", "doubled-state"),
                ("<parents>a", "<parents>a a", "doubled-parent"),
                ("<parents>a", "<parents>c", "unknown-variable"),
            ],
            Format::HuginNet => &[
                ("node b", "node a", "doubled-variable"),
                ("dry", "wet", "doubled-state"),
                (
                    "(b | a) { data =\n(\n(1 0)\n(0.5 0.5)\n)",
                    "(a) { data = (0.5 0.5)",
                    "doubled-table",
                ),
                ("(b | a)", "(b | a a)", "doubled-parent"),
                ("(b | a)", "(b | c)", "unknown-variable"),
            ],
            Format::Uai => &[
                ("2 0 1\n2\n0.75 0.25\n4\n1 0\n", "1 0\n2\n0.75 0.25\n2\n", "doubled-table"),
                ("2 0 1", "2 1 1", "doubled-parent"),
                ("2 0 1", "2 2 1", "unknown-variable"),
            ],
        };
        for (old, new, slug) in faults {
            let (text, _) = damaged(format, old, new);
            assert_eq!(fault(format, &text).0, *slug, "{format:?}: {old} -> {new}");
        }
    }
}

/// Whatever is cut off, the file is refused or still a whole model; never a panic.
#[test]
fn files_cut_off_anywhere() {
    for format in Format::ALL {
        let text = good(format);
        for end in 0..text.len() {
            if let Ok(found) = read(format, &text[..end], &Limits::default()) {
                // BIF and NET may end behind the network's name: then there is nothing.
                let n = found.model.tables.len();
                assert!(n == 2 || n == found.model.variables.len(), "{format:?} cut at {end}");
            }
        }
    }
}

/// Sixty binary parents: 2^61 numbers, of which the file has two.
#[test]
fn tables_that_claim_more_numbers_than_there_are_atoms_to_count_them_with() {
    let n = 61;
    let names: Vec<String> = (0..n).map(|i| format!("v{i}")).collect();
    for format in Format::ALL {
        let (mut text, each, table, end) = match format {
            Format::Bif => (
                String::new(),
                "variable @ { type discrete [ 2 ] { x, y }; }\n",
                format!("probability ( v0 | {} ) {{ default 0.5, 0.5; }}\n", names[1..].join(", ")),
                "",
            ),
            Format::XmlBif => (
                "<BIF><NETWORK>\n".to_owned(),
                "<VARIABLE TYPE=\"nature\"><NAME>@</NAME><OUTCOME>x</OUTCOME><OUTCOME>y</OUTCOME></VARIABLE>\n",
                format!(
                    "<DEFINITION><FOR>v0</FOR><GIVEN>{}</GIVEN><TABLE>0.5 0.5</TABLE></DEFINITION>\n",
                    names[1..].join("</GIVEN><GIVEN>")
                ),
                "</NETWORK></BIF>",
            ),
            Format::Xdsl => (
                "<smile><nodes>\n".to_owned(),
                "<cpt id=\"@\"><state id=\"x\"/><state id=\"y\"/><probabilities>0.5 0.5</probabilities></cpt>\n",
                format!(
                    "<cpt id=\"w\"><state id=\"x\"/><state id=\"y\"/><parents>{}</parents>\
                     <probabilities>0.5 0.5</probabilities></cpt>\n",
                    names.join(" ")
                ),
                "</nodes></smile>",
            ),
            Format::HuginNet => (
                "net { }\n".to_owned(),
                "node @ { states = (\"x\" \"y\"); }\n",
                format!("potential (v0 | {}) {{ data = (0.5 0.5); }}\n", names[1..].join(" ")),
                "",
            ),
            Format::Uai => (
                format!("BAYES\n{n}\n{}\n{n}\n", "2 ".repeat(n)),
                "",
                format!("{n} {}\n", (0..n).map(|i| format!("{i} ")).collect::<String>()),
                "2 0.5 0.5\n",
            ),
        };
        names.iter().for_each(|name| text.push_str(&each.replace('@', name)));
        text.push_str(&table);
        text.push_str(end);
        assert_eq!(fault(format, &text).0, "too-many-cells", "{format:?}");
    }
}
