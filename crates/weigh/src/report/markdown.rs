//! The report as Markdown, to be pasted into a brief: the page's own sentences and tables, without its pictures.

use maud::Markup;

use super::tokens::{Token, has_class, is_void, leads_on, tokens, unescaped};

/// What has no place in a text: pictures and buttons.
const LEFT_OUT: [&str; 4] = ["svg", "nav", "button", "noscript"];
/// The same by class: columns of pictures, what only a screen reader needs, and what belongs to the page.
const LEFT_OUT_CLASSES: [&str; 6] = ["plot", "picture", "sr", "place", "gloss", "csv"];
/// Parts of a line of the page that stand on lines of their own there, and must not run into the words before them.
const LINES: [&str; 3] = ["detail", "median", "rationale"];

/// Markup of the report as Markdown (CommonMark with the tables of GitHub).
pub fn markdown(markup: &Markup) -> String {
    let mut writer = Writer::default();
    let mut left_out = 0;
    for token in tokens(&markup.0) {
        match token {
            Token::Open(name, attributes) => {
                let is_out = LEFT_OUT.contains(&name)
                    || leads_on(name, attributes)
                    || LEFT_OUT_CLASSES.iter().any(|class| has_class(attributes, class));
                if left_out > 0 || is_out {
                    left_out += usize::from(!is_void(name));
                } else {
                    writer.open(name, attributes);
                }
            }
            Token::Close(_) if left_out > 0 => left_out -= 1,
            Token::Close(name) => writer.close(name),
            Token::Text(text) if left_out == 0 => writer.text(text),
            Token::Text(_) => {}
        }
    }
    writer.end_block();
    writer.out
}

#[derive(Default)]
struct Writer {
    out: String,
    /// The block that is being written: words and marks, spaces made one.
    block: String,
    /// What stands before its first line.
    prefix: &'static str,
    /// Emphasis that has begun: its mark, and where.
    marks: Vec<(&'static str, usize)>,
    /// Spans, and whether each began emphasis.
    spans: Vec<bool>,
    /// Lists within each other: none for a plain one, the next number for a counted one.
    lists: Vec<Option<usize>>,
    /// How many items of lists have begun.
    n_items: usize,
    /// The rows of the table that is being read; the cells of the last one come into `block`.
    table: Option<Vec<Vec<String>>>,
    is_quote: bool,
}

impl Writer {
    fn open(&mut self, name: &str, attributes: &str) {
        match name {
            "h1" => self.start("# "),
            "h2" => self.start("## "),
            "h3" => self.start("### "),
            "h4" => self.start("#### "),
            "ul" | "ol" => {
                self.end_block();
                self.lists.push((name == "ol").then_some(1));
            }
            "li" => {
                self.start("");
                self.n_items += 1;
            }
            // Within an item everything is one block of several lines.
            "p" | "figure" | "blockquote" | "figcaption" | "div" if self.n_items > 0 => {
                self.new_line();
            }
            "blockquote" => {
                self.end_block();
                self.is_quote = true;
            }
            "p" | "dt" | "figure" | "figcaption" | "summary" => self.start(""),
            "caption" => self.begin("*"),
            "dd" => self.text(": "),
            "table" => {
                self.end_block();
                self.table = Some(Vec::new());
            }
            "tr" => self.table.iter_mut().for_each(|rows| rows.push(Vec::new())),
            "td" | "th" => self.block.clear(),
            "strong" => self.begin("**"),
            "em" | "i" => self.begin("*"),
            "q" => self.block.push('“'),
            "span" => {
                let is_number = has_class(attributes, "number");
                self.spans.push(is_number);
                if is_number {
                    self.begin("**");
                } else if LINES.iter().any(|class| has_class(attributes, class)) {
                    self.new_line();
                }
            }
            "br" | "div" => self.text(" "),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "ul" | "ol" => {
                self.end_block();
                self.lists.pop();
                if self.lists.is_empty() {
                    self.out.push('\n');
                }
            }
            "li" => {
                self.end_block();
                self.n_items = self.n_items.saturating_sub(1);
            }
            "p" | "figure" | "blockquote" | "figcaption" | "div" if self.n_items > 0 => {}
            "blockquote" => {
                self.end_block();
                self.is_quote = false;
            }
            "h1" | "h2" | "h3" | "h4" | "p" | "dd" | "figure" | "figcaption" | "summary" => {
                self.end_block();
            }
            "caption" => {
                self.end();
                self.end_block();
            }
            "td" | "th" => {
                let cell = std::mem::take(&mut self.block);
                if let Some(row) = self.table.as_mut().and_then(|rows| rows.last_mut()) {
                    row.push(cell.trim().to_owned());
                }
            }
            "table" => self.end_table(),
            "strong" | "em" | "i" => self.end(),
            "q" => self.block.push('”'),
            "span" if self.spans.pop() == Some(true) => self.end(),
            _ => {}
        }
    }

    /// Begins emphasis.
    fn begin(&mut self, mark: &'static str) {
        self.marks.push((mark, self.block.len()));
        self.block.push_str(mark);
    }

    /// Ends it. Emphasis of nothing goes, and a space never stands before the mark that ends it.
    fn end(&mut self) {
        let Some((mark, start)) = self.marks.pop().filter(|(_, at)| *at < self.block.len()) else {
            return;
        };
        if self.block.len() == start + mark.len() {
            self.block.truncate(start);
            return;
        }
        let ends_with_space = self.block.ends_with(' ');
        self.block.truncate(self.block.trim_end_matches(' ').len());
        self.block.push_str(mark);
        if ends_with_space {
            self.block.push(' ');
        }
    }

    fn text(&mut self, text: &str) {
        for c in unescaped(text).chars() {
            if c.is_whitespace() && c != '\u{a0}' {
                // Nor does one stand after the mark that begins it.
                let is_begun =
                    self.marks.last().is_some_and(|(mark, at)| self.block.len() == at + mark.len());
                if !(self.block.is_empty() || self.block.ends_with([' ', '\n']) || is_begun) {
                    self.block.push(' ');
                }
                continue;
            }
            // What stood between a word and its full stop was left out.
            if ".,;:)".contains(c) && self.block.ends_with(' ') {
                self.block.pop();
            }
            // Whatever an author wrote stays what it is: no mark, no tag, no table's border, no address.
            if "\\`*_[]<>|#~&!$".contains(c) {
                self.block.push('\\');
            }
            self.block.push(c);
        }
    }

    fn is_in_row(&self) -> bool {
        self.table.as_ref().is_some_and(|rows| !rows.is_empty())
    }

    /// A line within a block; in a cell, where there is none, a space.
    fn new_line(&mut self) {
        if self.is_in_row() {
            self.text(" ");
        } else if !self.block.is_empty() && !self.block.ends_with('\n') {
            self.block.truncate(self.block.trim_end_matches(' ').len());
            self.block.push_str("\\\n");
        }
    }

    fn start(&mut self, prefix: &'static str) {
        if !self.is_in_row() {
            self.end_block();
            self.prefix = prefix;
        }
    }

    fn end_block(&mut self) {
        // A cell is no block.
        if self.is_in_row() {
            return;
        }
        self.marks.clear();
        let block = std::mem::take(&mut self.block);
        let block = block.trim().trim_end_matches("\\\n").trim_end_matches('\\');
        let prefix = std::mem::take(&mut self.prefix);
        if block.is_empty() {
            return;
        }
        let depth = self.lists.len().saturating_sub(1);
        let bullet = match self.lists.last_mut() {
            None if self.is_quote => "> ".to_owned(),
            None => prefix.to_owned(),
            Some(None) => format!("{}- ", "  ".repeat(depth)),
            Some(Some(next)) => {
                *next += 1;
                format!("{}{}. ", "   ".repeat(depth), *next - 1)
            }
        };
        let further = if self.is_quote { "> ".to_owned() } else { " ".repeat(bullet.len()) };
        self.out.push_str(&bullet);
        // A line that begins with a number and a full stop, or with a sign, would be a list.
        let digits = block.len() - block.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let is_item = match digits {
            0 => block.starts_with(['+', '-', '=']),
            _ => block[digits..].starts_with(['.', ')']),
        };
        let (number, rest) = block.split_at(if is_item { digits } else { 0 });
        self.out.push_str(number);
        if is_item {
            self.out.push('\\');
        }
        self.out.push_str(&match self.lists.is_empty() && !self.is_quote {
            true => rest.to_owned(),
            false => rest.replace('\n', &format!("\n{further}")),
        });
        self.out.push_str(if self.lists.is_empty() { "\n\n" } else { "\n" });
    }

    fn end_table(&mut self) {
        let rows = self.table.take().unwrap_or_default();
        let width = rows.iter().map(Vec::len).max().unwrap_or(0);
        if width == 0 {
            return;
        }
        for (ix, row) in rows.iter().enumerate() {
            let cells = (0..width).map(|at| row.get(at).map_or("", String::as_str));
            self.out.push_str(&format!("| {} |\n", cells.collect::<Vec<_>>().join(" | ")));
            if ix == 0 {
                self.out.push_str(&format!("|{}\n", " --- |".repeat(width)));
            }
        }
        self.out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use maud::html;

    #[test]
    fn headings_lists_tables_and_quotes_are_told_apart() {
        let markup = html! {
            h2 { "What carries it" }
            p { "The answer is " strong { "14%" } ", " em { "very unlikely" } "." svg { title { "a picture" } } }
            ol { li { p { "First" } p { "and more" } } li { "Second" ul { li { "within" } } } }
            table {
                caption { "Shares" }
                thead { tr { th { "Reason" } th.plot { "" } th { "Odds" } } }
                tbody { tr { th { a href="#reason-0" { "a | b" } } td.plot { svg {} } td { "× 2" } } }
            }
            blockquote { p { q { "said so" } } }
        };
        insta::assert_snapshot!(markdown(&markup), @r"
        ## What carries it

        The answer is **14%**, *very unlikely*.

        1. First\
           and more
        2. Second
          - within

        *Shares*

        | Reason | Odds |
        | --- | --- |
        | a \| b | × 2 |

        > “said so”
        ");
    }

    #[test]
    fn nothing_that_an_author_wrote_becomes_a_mark() {
        let markup = html! {
            p { "</p><script>alert(1)</script> **bold** [a](javascript:x) ![b](y) `c` &lt; $d$" }
            p { "1. no list" }
            p { "- none either" }
            p { "# no heading" }
        };
        insta::assert_snapshot!(markdown(&markup), @r"
        \</p\>\<script\>alert(1)\</script\> \*\*bold\*\* \[a\](javascript:x) \!\[b\](y) \`c\` \&lt; \$d\$

        1\. no list

        \- none either

        \# no heading
        ");
    }
}
