//! The numbers of a picture as a file, in the page itself: no network and no script is needed to save it.

use maud::{Markup, html};

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A number, with all its digits; none is an empty cell.
    Number(Option<f64>),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Cell {
        Cell::Number(Some(number))
    }
}

impl From<Option<f64>> for Cell {
    fn from(number: Option<f64>) -> Cell {
        Cell::Number(number)
    }
}

/// A link that saves a table as `NAME.csv`.
pub fn link(name: &str, heads: &[&str], rows: impl IntoIterator<Item = Vec<Cell>>) -> Markup {
    let mut uri = "data:text/csv;charset=utf-8,".to_owned();
    for byte in csv(heads, rows).bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b',' => {
                uri.push(byte.into())
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    html! { p.csv { a download={ (name) ".csv" } href=(uri) { "These numbers as CSV" } } }
}

/// RFC 4180, with quotes where they are needed and line ends as it has them.
fn csv(heads: &[&str], rows: impl IntoIterator<Item = Vec<Cell>>) -> String {
    let mut out = String::new();
    let mut line = |cells: Vec<String>| {
        let quoted = cells.into_iter().map(|cell| match cell.contains(['"', ',', '\n', '\r']) {
            true => format!("\"{}\"", cell.replace('"', "\"\"")),
            false => cell,
        });
        out.push_str(&quoted.collect::<Vec<_>>().join(","));
        out.push_str("\r\n");
    };
    line(heads.iter().map(|&head| head.to_owned()).collect());
    for row in rows {
        line(row.iter().map(text).collect());
    }
    out
}

fn text(cell: &Cell) -> String {
    match cell {
        // What an author wrote must not become a formula of whoever opens the file.
        Cell::Text(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => {
            format!("'{text}")
        }
        Cell::Text(text) => text.clone(),
        Cell::Number(Some(number)) if number.is_finite() => format!("{number}"),
        Cell::Number(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_what_they_were_and_no_formula() {
        let row = vec!["=cmd()".into(), "a, \"b\"".into(), (-0.25).into(), None.into()];
        assert_eq!(
            csv(&["what", "said", "p", "q"], [row]),
            "what,said,p,q\r\n'=cmd(),\"a, \"\"b\"\"\",-0.25,\r\n"
        );
    }

    #[test]
    fn nothing_leaves_the_address() {
        let page = link("a", &["x"], [vec!["\"><script>#?&".into()]]).0;
        assert!(
            page.contains(
                "data:text/csv;charset=utf-8,x%0D%0A%22%22%22%3E%3Cscript%3E%23%3F%26%22%0D%0A\""
            ),
            "{page}"
        );
    }
}
