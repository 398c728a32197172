//! What each fault in a file means and what to do: the pages behind the slugs of [`crate::ReadError`].

/// The manual page of one fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Names the fault and never changes its meaning.
    pub slug: &'static str,
    /// What it means and what to do, in Markdown; its first sentence stands alone.
    pub text: &'static str,
}

const fn page(slug: &'static str, text: &'static str) -> Page {
    Page { slug, text }
}

/// Every fault that a reader tells of, by slug.
///
/// # Example
/// ```
/// use weigh_formats::PAGES;
/// let page = PAGES.iter().find(|page| page.slug == "row-sum").unwrap();
/// assert!(page.text.starts_with("A row of a table is too far from 1."));
/// ```
pub static PAGES: &[Page] = &[
    page(
        "action-list",
        "An information set stands twice with different lists of actions. Whoever is in it cannot tell its nodes apart, so\n\
         he has the same actions at each. Write the list once, or give one of the two another number.",
    ),
    page(
        "bif-syntax",
        "The text is not BIF. The message says what was expected at that place. A BIF file is made of\n\
         `network NAME { }`, `variable NAME { type discrete [ 2 ] { yes, no }; }` and\n\
         `probability ( NAME | PARENT ) { (yes) 0.5, 0.5; (no) 0.25, 0.75; }`. Names with blanks or any of\n\
         `{}()[],;|` stand in double quotes.",
    ),
    page(
        "control-character",
        "A name holds a character that does not print. It could move the cursor of whoever reads a message;\n\
         XML forbids most of them as well. Give the variable or state another name.",
    ),
    page(
        "cycle",
        "Variables depend on themselves. The message lists them, each a parent of the next and the last of the\n\
         first. In a Bayesian network no variable may be its own ancestor: remove one of these arrows, or,\n\
         where it stands for time, unroll it into one variable for each step.",
    ),
    page(
        "doubled-outcome",
        "An outcome stands twice with different payoffs. Give every outcome a number of its own; where it stands again the\n\
         payoffs may be left out.",
    ),
    page(
        "doubled-parent",
        "A table names the same variable twice. A variable is a parent once, and never its own parent.",
    ),
    page(
        "doubled-row",
        "A table has two rows for the same states of its parents. Remove one of them.",
    ),
    page(
        "doubled-state",
        "A variable has two states of the same name. Give each a name of its own.",
    ),
    page(
        "doubled-table",
        "A variable has two tables. Remove one of them; in XMLBIF it is a second `DEFINITION`, in UAI a second\n\
         table that ends with the same variable.",
    ),
    page(
        "doubled-variable",
        "Two variables have the same name, or evidence names one twice. Rename or remove one.",
    ),
    page("empty-name", "A variable or state has no name. Write one that prints."),
    page(
        "evidence-count",
        "The words of an evidence file come out in neither dialect. One sample is the number of findings and then\n\
         a variable and a state for each: `2 0 1 4 0` says that variable 0 is in state 1 and variable 4 in state\n\
         0. Several samples have their number before them. Variables and states are counted from 0.",
    ),
    page(
        "game-syntax",
        "The text is not one of Gambit's games. The message says what was expected at that place. A tree begins with `EFG 2 R`,\n\
         a name and the players, `\"Chicken\" { \"A\" \"B\" }`, and then has one line for each node, each before its children; a table\n\
         begins with `NFG 1 R`, a name, the players and their strategies.",
    ),
    page(
        "matrix-heading",
        "A matrix has no line of headings to go by. The first line with three cells or more must name the columns: the\n\
         items first, then the hypotheses.",
    ),
    page(
        "matrix-rating",
        "A cell is no rating. Ratings are CC, C, N, I, II, NA or nothing, the words for them (`very\n\
         inconsistent`), or `++`, `+`, `-`, `--`. Numbers are refused, since scales differ.",
    ),
    page(
        "matrix-shape",
        "A line of a matrix does not fit its headings: a cell stands under none, or a line has no item, or there\n\
         are too few hypotheses or items.",
    ),
    page(
        "missing-actions",
        "An information set has no actions. They are listed the first time that it stands in the file: `{ \"yes\" \"no\" }`, for a\n\
         chance move with the probability behind each.",
    ),
    page(
        "missing-row",
        "A table lacks the row for some states of its parents. Write the row that the message names, or a\n\
         `default` for all that are not given.",
    ),
    page(
        "missing-table",
        "A variable has no probabilities. Every variable of a Bayesian network has one table, also one without\n\
         parents.",
    ),
    page("negative-probability", "A probability is below 0. Only utilities may be negative."),
    page(
        "net-syntax",
        "The text is not HUGIN's NET. The message says what was expected at that place. A NET file is made of `net { }`,\n\
         `node NAME { states = ( \"yes\" \"no\" ); }` and\n\
         `potential ( NAME | PARENT ) { data = (( 0.5 0.5 )( 0.25 0.75 )); }`.",
    ),
    page("no-states", "A variable has no states. List at least one."),
    page(
        "noisymax-strengths",
        "The parameters of a noisy-MAX are not laid out as GeNIe does it: one row for each state of each parent in the\n\
         order of `strengths`, the last of which is the parent's absence (`0 … 0 1`), then the leak. Such a file\n\
         is refused rather than guessed at: in GeNIe, change the node's type to Chance - General and save again.",
    ),
    page(
        "not-a-number",
        "A word stands where a finite number must be. `nan`, infinities and numbers beyond float64 are none; a\n\
         decimal comma is none either. pgmpy writes `...` for the middle of a long table: save it with another\n\
         program.",
    ),
    page(
        "not-references",
        "The text is no list of references: no BibTeX, no CSL-JSON, no event of MISP. The file's ending says what is expected:\n\
         `.bib` BibTeX or BibLaTeX, `.json` the list that Zotero and Pandoc write, or MISP's `{\"Event\": …}`.",
    ),
    page(
        "payoff-count",
        "An outcome has too few or too many payoffs. It needs one for each player, in the order of the first line.",
    ),
    page(
        "row-sum",
        "A row of a table is too far from 1. Rows are divided by their sum, which mends the rounding of files; one\n\
         that misses 1 by more than 0.01, or sums to 0, says something else than was meant. Often a table\n\
         counts through its variables in another order than the format says: see `table-order`.\n\n\
         As a note, it tells how many rows were divided and which was furthest from 1.",
    ),
    page(
        "state-count",
        "A variable lists another number of states than it says. A state's name with a blank in it counts as two\n\
         unless it stands in double quotes.",
    ),
    page(
        "strategy-count",
        "A table does not give every player strategies. Behind the players stand their strategies, by number, `{ 2 3 }`, or by\n\
         name, `{ { \"yes\" \"no\" } { \"a\" \"b\" \"c\" } }`: one list for each player, and none of them empty.",
    ),
    page(
        "table-order",
        "A BIF `table` with parents sums to 1 only if it is counted through the other way round. BIF counts through\n\
         the child's states slowest there; write rows, `(yes, no) 0.1, 0.9;`, which cannot be misread.",
    ),
    page(
        "table-size",
        "A table has too few or too many numbers. It needs one for each combination of the states of its\n\
         variables, or in a row one for each state.",
    ),
    page(
        "too-deep",
        "XML elements stand inside each other more than 64 deep. A network needs no more than five.",
    ),
    page(
        "too-long",
        "The file is longer than is read: 1 GiB, 4 MiB for a matrix, 8 MiB or 2,000 for references.",
    ),
    page(
        "too-many-cells",
        "A table, or all tables together, would have more numbers than are taken in: 4,194,304 in one and\n\
         33,554,432 in all, and 256 variables in one table. The numbers are counted before memory is taken. A\n\
         table of many parents is better written as several: a noisy-or, or a variable in between.",
    ),
    page(
        "too-many-states",
        "A variable, or all together, would have more states than are taken in: 65,536 and 1,048,576.",
    ),
    page(
        "too-many-variables",
        "The file asks for more than 131,072 variables. They are counted before memory is taken.",
    ),
    page(
        "uai-syntax",
        "The text is not UAI's. It is made of words with blanks between them: `BAYES` or `MARKOV`, the number of\n\
         variables, the number of states of each, the number of tables, for each table how many variables and which, then\n\
         for each how many numbers and which. Evidence is a file of its own.",
    ),
    page(
        "unclosed-quote",
        "A cell of a matrix begins with a quotation mark that is never closed. A quotation mark inside is written\n\
         twice.",
    ),
    page(
        "unknown-entity",
        "An XML entity is not expanded. Only `&lt; &gt; &amp; &apos; &quot;` and numbers are read, so that no file can\n\
         grow while it is read; write the text itself.",
    ),
    page(
        "unknown-outcome",
        "A number stands for no outcome. The first time that an outcome stands in a tree its payoffs stand behind it; in a\n\
         table outcomes are listed before the payoffs and counted from 1. 0 stands for none.",
    ),
    page(
        "unknown-player",
        "A number stands for no player. Players are counted from 1, in the order of the first line.",
    ),
    page(
        "unknown-state",
        "A name or number stands for no state of the variable. States are spelt as they were declared; in UAI they\n\
         are counted from 0.",
    ),
    page(
        "unknown-variable",
        "A name or number stands for no variable. Names are spelt as they were declared; in UAI variables are counted\n\
         from 0.",
    ),
    page(
        "unsupported-expression",
        "A table is given by an expression that is not worked out, such as `NoisyOR`. In HUGIN, turn the model into\n\
         a table and save again.",
    ),
    page(
        "unsupported-node",
        "A node is of a kind that has no table here: continuous, an equation, a sum of utilities, part of a network\n\
         over time, or a utility that is somebody's parent. Make it discrete, or leave it out, in the program that wrote the file.",
    ),
    page(
        "xml-syntax",
        "The text is not the XML that was expected. The message says what is missing. XMLBIF begins with `<BIF\n\
         VERSION=\"0.3\"><NETWORK>`, XDSL with `<smile><nodes>`.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// The readers' own sources: whatever looks like a slug in them.
    const SOURCES: &[&str] = &[
        include_str!("ach.rs"),
        include_str!("bif.rs"),
        include_str!("build.rs"),
        include_str!("game/efg.rs"),
        include_str!("game/mod.rs"),
        include_str!("game/nfg.rs"),
        include_str!("game/tokens.rs"),
        include_str!("lib.rs"),
        include_str!("names.rs"),
        include_str!("net.rs"),
        include_str!("noisy_max.rs"),
        include_str!("number.rs"),
        include_str!("property.rs"),
        include_str!("references/mod.rs"),
        include_str!("rows.rs"),
        include_str!("scan.rs"),
        include_str!("uai.rs"),
        include_str!("uai_evidence.rs"),
        include_str!("xdsl.rs"),
        include_str!("xml.rs"),
        include_str!("xmlbif.rs"),
    ];

    /// Words of that form that are no faults of a file that is read.
    const OTHERS: &[&str] = &["markov-network", "network-name", "not-a-model"];

    #[test]
    fn every_fault_has_one_page_and_every_page_a_fault() {
        // The one slug of a single word.
        let mut used = std::collections::BTreeSet::from(["cycle"]);
        assert!(SOURCES.iter().any(|source| source.contains("\"cycle\"")));
        for source in SOURCES {
            let code = source.split("#[cfg(test)]").next().unwrap_or(source);
            for (at, _) in code.match_indices('"') {
                let word = code[at + 1..].split('"').next().unwrap_or("");
                let is_slug = word.contains('-')
                    && word.split('-').all(|part| {
                        !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase())
                    });
                if is_slug && !OTHERS.contains(&word) {
                    used.insert(word);
                }
            }
        }
        let pages: Vec<&str> = PAGES.iter().map(|page| page.slug).collect();
        assert_eq!(pages, used.into_iter().collect::<Vec<_>>());
    }
}
