//! The formatter: a tree back into text with one layout, keeping every token and every comment.
//!
//! Lines stay the lines that they are; only white space changes, and only where it carries no
//! meaning. Lines that could not be read keep their inner white space, since nobody knows what
//! they were meant to say.

use crate::kind::{Kind, Node, Token};
use crate::parser::Parse;
use std::collections::BTreeSet;

/// Columns that a clause is indented by, and what belongs to a clause from there: a row of a table, a payoff.
const CLAUSE: usize = 2;
/// How much deeper the rest of a line is than its beginning.
const CONTINUATION: usize = 2;

/// Lays out a parsed text: two blanks before clauses, four before what belongs to a clause, one between words.
///
/// Formatting twice is formatting once, and the tokens with meaning stay what they are, in their
/// order.
///
/// ```
/// # use weigh_syntax::{format::format, parser::parse, span::FileId};
/// let text = "question  enters:no ,yes\n\tgut 5 %";
/// assert_eq!(format(&parse(FileId(0), text)), "question enters: no, yes\n  gut 5%\n");
/// ```
pub fn format(parse: &Parse) -> String {
    let lines = physical_lines(&parse.tree);
    let indents = indents(&lines);
    let mut out = String::with_capacity(usize::from(parse.tree.text().len()) + 64);
    let mut blank_before = false;
    for (line, indent) in lines.iter().zip(indents) {
        if line.tokens.is_empty() {
            blank_before = !out.is_empty();
            continue;
        }
        if std::mem::take(&mut blank_before) {
            out.push('\n');
        }
        out.extend(std::iter::repeat_n(' ', indent));
        line.write(&mut out);
        out.push('\n');
    }
    out
}

/// A line between two line breaks.
#[derive(Default)]
struct Line {
    /// Its tokens without white space at either end; white space inside is kept here.
    tokens: Vec<Token>,
    /// Whether it was indented.
    indented: bool,
    /// What its first token with meaning belongs to; none for blank lines and comments alone.
    place: Option<Place>,
    /// Whether it, or the line that it continues, could not be read.
    faulty: bool,
}

/// What a line of code is, seen from the tree.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Declaration,
    /// A clause that so many clauses hold: none for those of a declaration itself.
    Clause {
        within: usize,
    },
    /// A line that belongs to no declaration.
    Stray,
    /// The rest of a line that ended in a comma.
    Continued {
        within: usize,
    },
}

impl Line {
    fn write(&self, out: &mut String) {
        let mut last: Option<&Token> = None;
        for token in &self.tokens {
            if token.kind() == Kind::Whitespace {
                if self.faulty {
                    out.push_str(token.text());
                }
                continue;
            }
            if let Some(last) = last
                && !self.faulty
            {
                out.push_str(gap(last, token));
            }
            match token.kind() {
                Kind::Comment => out.push_str(token.text().trim_end()),
                _ => out.push_str(token.text()),
            }
            last = Some(token);
        }
    }

    /// The last token with meaning.
    fn last_word(&self) -> Option<&Token> {
        self.tokens.iter().rev().find(|token| !token.kind().is_trivia())
    }
}

/// The white space between two neighbours on a line.
fn gap(left: &Token, right: &Token) -> &'static str {
    let parent = |token: &Token| token.parent().map(|node| node.kind());
    match (left.kind(), right.kind()) {
        (_, Kind::Comment) => "  ",
        // The name of a warning is one word: `unused-source`.
        _ if parent(left) == Some(Kind::Slug) && parent(right) == Some(Kind::Slug) => "",
        (_, Kind::Colon | Kind::Comma | Kind::Percent | Kind::CloseParen) => "",
        (Kind::OpenParen, _) => "",
        (Kind::Minus, _) if parent(left) == Some(Kind::Negative) => "",
        (_, Kind::OpenParen) if parent(right) == Some(Kind::Call) => "",
        // A fraction of two plain numbers is written like one: `1/101`.
        (_, Kind::Slash) if is_fraction(right) => "",
        (Kind::Slash, _) if is_fraction(left) => "",
        _ => " ",
    }
}

/// Whether a stroke stands between two bare numbers and nothing else.
fn is_fraction(stroke: &Token) -> bool {
    let Some(whole) = stroke.parent().filter(|node| node.kind() == Kind::Binary) else {
        return false;
    };
    let is_bare = |part: Node| {
        let mut kinds = part.children_with_tokens().map(|child| child.kind());
        part.kind() == Kind::Literal && kinds.all(|kind| kind == Kind::Number)
    };
    whole.children().count() == 2 && whole.children().all(is_bare)
}

fn physical_lines(tree: &Node) -> Vec<Line> {
    let faulty = faulty_lines(tree);
    let mut lines = Vec::new();
    let mut line = Line::default();
    for token in tree.descendants_with_tokens().filter_map(|element| element.into_token()) {
        match token.kind() {
            Kind::Newline => {
                lines.push(trim(std::mem::take(&mut line)));
                continue;
            }
            Kind::Whitespace if line.tokens.is_empty() => {
                // The parser counts a byte order mark as nothing.
                line.indented = token.text().chars().any(|c| c != '\u{FEFF}');
                continue;
            }
            Kind::Whitespace | Kind::Comment => {}
            _ if line.place.is_none() => {
                let node = line_node(&token);
                let start = node.as_ref().map_or(0, start_of);
                let within = node.as_ref().map_or(0, clauses_around);
                line.faulty = faulty.contains(&start);
                line.place = Some(match node.map(|node| node.kind()) {
                    Some(_) if start != u32::from(token.text_range().start()) => {
                        Place::Continued { within }
                    }
                    Some(kind) if kind.is_declaration() => Place::Declaration,
                    Some(kind) if kind.is_clause() => Place::Clause { within },
                    _ => Place::Stray,
                });
            }
            _ => {}
        }
        line.tokens.push(token);
    }
    lines.push(trim(line));
    lines
}

fn trim(mut line: Line) -> Line {
    while line.tokens.last().is_some_and(|token| token.kind() == Kind::Whitespace) {
        line.tokens.pop();
    }
    line
}

/// The node that stands for the whole line that a token is on.
fn line_node(token: &Token) -> Option<Node> {
    token.parent_ancestors().find(is_line)
}

fn is_line(node: &Node) -> bool {
    let kind = node.kind();
    kind.is_declaration()
        || kind.is_clause()
        || (kind == Kind::Error && node.parent().is_some_and(|up| up.kind() == Kind::File))
}

/// How many clauses hold the one that a line is.
fn clauses_around(line: &Node) -> usize {
    line.ancestors().skip(1).take_while(|up| up.kind().is_clause()).count()
}

fn start_of(node: &Node) -> u32 {
    u32::from(node.text_range().start())
}

/// Starts of the lines that hold something that could not be read.
fn faulty_lines(tree: &Node) -> BTreeSet<u32> {
    tree.descendants()
        .filter(|node| node.kind() == Kind::Error)
        .filter_map(|error| error.ancestors().find(is_line))
        .map(|line| start_of(&line))
        .collect()
}

/// How far each line is indented.
fn indents(lines: &[Line]) -> Vec<usize> {
    let mut indents = vec![0; lines.len()];
    let (mut after_comma, mut below_unindented) = (false, false);
    for (line, indent) in lines.iter().zip(&mut indents) {
        let Some(place) = line.place else { continue };
        *indent = match place {
            // A clause in the first column is read as one; after a comma, indenting it would make
            // it the rest of the line above.
            Place::Clause { .. } if after_comma && !line.indented => 0,
            // And below such a clause, indenting it would make it a part of that clause.
            Place::Clause { within: 0 } if below_unindented && !line.indented => 0,
            Place::Declaration => 0,
            Place::Clause { within } => CLAUSE * (within + 1),
            Place::Stray if line.indented => CLAUSE,
            Place::Stray => 0,
            // Deeper than the clauses, so that the rest of a declaration's line looks like none.
            Place::Continued { within } => CLAUSE * (within + 1) + CONTINUATION,
        };
        after_comma = line.last_word().is_some_and(|token| token.kind() == Kind::Comma);
        match place {
            Place::Clause { within: 0 } => below_unindented = *indent == 0,
            Place::Declaration => below_unindented = false,
            _ => {}
        }
    }
    // A comment stands with the code below it; an indented one at the end of a declaration stays
    // with that declaration.
    let first_code = lines.iter().position(|line| line.place.is_some()).unwrap_or(lines.len());
    let mut below = 0;
    for ix in (0..lines.len()).rev() {
        let line = &lines[ix];
        if line.place.is_some() {
            below = indents[ix];
        } else if !line.tokens.is_empty() {
            let trails = below == 0 && line.indented && first_code < ix;
            indents[ix] = if trails { CLAUSE } else { below };
        }
    }
    indents
}
