//! Matrices of competing hypotheses (ACH) as tables of text, the way spreadsheets and ACH tools export them.
//!
//! A line of headings, then one line per item: what it is, how it is rated under each hypothesis, and
//! what else the tool keeps (source, credibility, relevance, …). Fields are parted by commas, semicolons or
//! tabs, and nobody has to say which. What a letter is worth is not decided here.

use csv::{ReaderBuilder, StringRecord};
use strsim::damerau_levenshtein;

use crate::ReadError;
use crate::error::{Fault, Parsed, shown};

/// Bytes of a matrix; the largest that anybody filled in by hand have some hundred thousand.
pub const MAX_BYTES: usize = 1 << 22;
/// Hypotheses: as many as a question may have outcomes.
pub const MAX_HYPOTHESES: usize = 64;
/// Items.
pub const MAX_ITEMS: usize = 1_000;
/// Cells of ratings: a file of the language has a line for each, and at most 20,000 lines.
pub const MAX_CELLS: usize = 10_000;
/// Columns, of ratings or not.
const MAX_COLUMNS: usize = 256;
/// Characters of one cell that are kept: more is no name of an item.
const MAX_CHARS: usize = 2_000;

/// A matrix that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// What stands above the headings, if anything does.
    pub title: Option<String>,
    /// The hypotheses, in the order of the columns; no two alike.
    pub hypotheses: Vec<String>,
    /// The items, in the order of the lines.
    pub items: Vec<Item>,
    /// Lines that hold no item, with the reason in words: scores, headings, items that nobody rated.
    pub left_out: Vec<(usize, String)>,
}

/// An item with its ratings.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// What it is, on one line.
    pub text: String,
    /// One per hypothesis.
    pub ratings: Vec<Rating>,
    /// Who says so.
    pub source: Option<String>,
    /// How far it is to be believed.
    pub credibility: Option<Credibility>,
    /// How much it bears on the question, where that was graded.
    pub relevance: Option<Grade>,
    /// What other columns hold: heading and cell.
    pub notes: Vec<(String, String)>,
    /// The line it begins in, from 1.
    pub line: usize,
}

/// How an item is rated under a hypothesis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rating {
    /// CC.
    VeryConsistent,
    /// C.
    Consistent,
    /// N.
    Neutral,
    /// I.
    Inconsistent,
    /// II.
    VeryInconsistent,
    /// NA.
    NotApplicable,
    /// Nothing stands there.
    Blank,
}

/// Three grades, of credibility or relevance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the names say it
pub enum Grade {
    Low,
    Medium,
    High,
}

/// How far an item is to be believed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Credibility {
    /// Low, medium or high.
    Grade(Grade),
    /// An Admiralty letter, A to F, and the digit behind it.
    Admiralty(char, Option<u8>),
    /// A part, from 0 to 1.
    Part(f64),
}

impl Rating {
    /// As it is written: `CC`; nothing for what is blank.
    pub fn as_str(self) -> &'static str {
        match self {
            Rating::VeryConsistent => "CC",
            Rating::Consistent => "C",
            Rating::Neutral => "N",
            Rating::Inconsistent => "I",
            Rating::VeryInconsistent => "II",
            Rating::NotApplicable => "NA",
            Rating::Blank => "",
        }
    }

    /// What it adds to the inconsistency score of its hypothesis: 1 for I, 2 for II.
    pub fn points(self) -> f64 {
        match self {
            Rating::Inconsistent => 1.0,
            Rating::VeryInconsistent => 2.0,
            _ => 0.0,
        }
    }
}

impl Grade {
    /// The weight of a grade in PARC ACH's weighted score: 1/√2, 1, √2.
    fn weight(self) -> f64 {
        match self {
            Grade::Low => std::f64::consts::FRAC_1_SQRT_2,
            Grade::Medium => 1.0,
            Grade::High => std::f64::consts::SQRT_2,
        }
    }
}

impl Matrix {
    /// ACH's inconsistency score of each hypothesis: 1 for each I, 2 for each II, whatever else is said.
    ///
    /// # Source
    /// Heuer (1999), *Psychology of Intelligence Analysis*, ch. 8; points as in PARC ACH 2.
    ///
    /// ```
    /// use weigh_formats::ach;
    /// let matrix = ach::read("Evidence,H1,H2\nTracks,I,C\nSmoke,II,C\n")?;
    /// assert_eq!(matrix.inconsistency(), [3.0, 0.0]);
    /// # Ok::<(), weigh_formats::ReadError>(())
    /// ```
    pub fn inconsistency(&self) -> Vec<f64> {
        self.score(|_| 1.0)
    }

    /// The same with each item times the weights of its credibility and relevance (low 1/√2, medium 1, high
    /// √2); none if no item has either grade. Tools differ in these weights: these are PARC ACH's.
    pub fn weighted_inconsistency(&self) -> Option<Vec<f64>> {
        let credibility = |item: &Item| match item.credibility {
            Some(Credibility::Grade(grade)) => Some(grade),
            _ => None,
        };
        let is_graded = |item: &Item| credibility(item).is_some() || item.relevance.is_some();
        let weight = |grade: Option<Grade>| grade.map_or(1.0, Grade::weight);
        (self.items.iter().any(is_graded))
            .then(|| self.score(|item| weight(credibility(item)) * weight(item.relevance)))
    }

    fn score(&self, weight: impl Fn(&Item) -> f64) -> Vec<f64> {
        let of =
            |h: usize| self.items.iter().map(|item| weight(item) * item.ratings[h].points()).sum();
        (0..self.hypotheses.len()).map(of).collect()
    }
}

/// Reads a matrix from the text of a table.
///
/// The first line with three cells or more is that of the headings. Columns are known by them: `Evidence`,
/// `Source`, `Credibility`, `Relevance` and what tools call these; `Type`, `Date`, `Notes`, `Code` and the
/// like are kept as notes; every other column is a hypothesis. Ratings are CC, C, N, NA, I, II, the words for
/// them (`very inconsistent`), or ++, +, -, --, or in a matrix without any of these the numbers from 2 to -2.
///
/// # Errors
/// The first thing that cannot be read, with line and column: `matrix-rating`, `matrix-shape`,
/// `matrix-heading`, `unclosed-quote`, `too-long`.
///
/// ```
/// use weigh_formats::ach::{self, Rating};
/// let matrix = ach::read("Evidence;Credibility;None;Major\n\"Broadcasts; many\";High;I;C\n")?;
/// assert_eq!(matrix.hypotheses, ["None", "Major"]);
/// assert_eq!(matrix.items[0].ratings, [Rating::Inconsistent, Rating::Consistent]);
/// let error = ach::read("Evidence,H1,H2\nTracks,I,X\n").unwrap_err();
/// assert_eq!(error.to_string(), "2:10: `X` is no rating: it stands under `H2`");
/// # Ok::<(), weigh_formats::ReadError>(())
/// ```
pub fn read(text: &str) -> Result<Matrix, ReadError> {
    if text.len() > MAX_BYTES {
        let message = format!("the file has {} bytes, the limit is {MAX_BYTES}", text.len());
        let fault = Fault::new("too-long", 0, message);
        return Err(fault
            .hint("keep the matrix and leave out what else is in the file")
            .place(text));
    }
    read_matrix(text).map_err(|fault| fault.place(text))
}

/// A line of the table.
struct Line {
    cells: StringRecord,
    /// Its first byte in the text.
    at: usize,
    /// From 1.
    number: usize,
}

impl Line {
    fn cell(&self, ix: usize) -> &str {
        self.cells.get(ix).unwrap_or_default().trim()
    }

    fn n_filled(&self) -> usize {
        (0..self.cells.len()).filter(|&ix| !self.cell(ix).is_empty()).count()
    }
}

/// A table whose delimiter is known.
struct Table<'t> {
    text: &'t str,
    delimiter: u8,
    lines: Vec<Line>,
    scale: Scale,
}

/// What ratings are written in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scale {
    /// Letters, words or signs.
    Letters,
    /// 2 for very consistent to -2 for very inconsistent: a number is a rating only in a matrix that has no letters and
    /// goes below 0, since elsewhere nobody can tell which end is which.
    Numbers,
}

impl Scale {
    fn of(lines: &[Line]) -> Scale {
        let cells = || lines.iter().flat_map(|line| line.cells.iter());
        let has_letters = cells().any(|cell| matches!(rating(cell), Some((_, Some(_)))));
        let is_below_0 = |cell: &str| {
            matches!(numbered(cell), Some(Rating::Inconsistent | Rating::VeryInconsistent))
        };
        if !has_letters && cells().any(is_below_0) { Scale::Numbers } else { Scale::Letters }
    }

    fn rating(self, cell: &str) -> Option<(Rating, Option<Style>)> {
        rating(cell).or_else(|| match self {
            Scale::Letters => None,
            Scale::Numbers => numbered(cell).map(|rating| (rating, None)),
        })
    }

    fn is_rating(self, cell: &str) -> bool {
        self.rating(cell).is_some_and(|(rating, _)| rating != Rating::Blank)
    }
}

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Text,
    Source,
    Credibility,
    Relevance,
    Note,
    /// Worked out by the tool from the others.
    Score,
    Hypothesis,
    /// Without a heading.
    Nameless,
}

fn read_matrix(text: &str) -> Parsed<Matrix> {
    let mut table = Table::of(text)?;
    // The column of the items needs no heading.
    let is_head = |line: &Line| line.n_filled() >= if line.cell(0).is_empty() { 2 } else { 3 };
    let Some(head) = table.lines.iter().position(is_head) else {
        let fault = Fault::new("matrix-heading", 0, "there is no line of headings");
        return Err(fault.hint("begin with a line such as `Evidence,Hypothesis 1,Hypothesis 2`"));
    };
    table.scale = Scale::of(&table.lines[head + 1..]);
    let table = table;
    let (before, rest) = table.lines.split_at(head);
    let titles: Vec<String> = before.iter().flat_map(|line| line.cells.iter()).map(tidy).collect();
    let title = titles.into_iter().find(|title| !title.is_empty());
    let (head, lines) = (&rest[0], &rest[1..]);
    let columns = table.columns(head)?;
    let rated: Vec<usize> = of_kind(&columns, Column::Hypothesis);
    let hypotheses: Vec<String> = rated.iter().map(|&ix| tidy(head.cell(ix))).collect();
    table.check_hypotheses(head, &rated, &hypotheses)?;
    let mut matrix = Matrix { title, hypotheses, items: Vec::new(), left_out: Vec::new() };
    for ix in of_kind(&columns, Column::Score) {
        let why = format!(
            "the column {} is worked out from the others: it is not carried",
            shown(&tidy(head.cell(ix)))
        );
        matrix.left_out.push((head.number, why));
    }
    let mut sheet = Sheet { table: &table, head, columns: &columns, rated: &rated, style: None };
    let is_rated = |line: &Line| rated.iter().any(|&ix| table.scale.is_rating(line.cell(ix)));
    // Behind the last line with a rating there can only be what a tool made of them.
    let n_rated = lines.iter().rposition(is_rated).map_or(0, |last| last + 1);
    for (ix, line) in lines.iter().enumerate().filter(|(_, line)| line.n_filled() > 0) {
        if ix >= n_rated && line.n_filled() == 1 && is_score(line.cell(0)) {
            let why =
                format!("{} begins a part of its own: it is not carried", shown(line.cell(0)));
            matrix.left_out.push((line.number, why));
            break;
        }
        match sheet.item(line)? {
            Ok(item) => matrix.items.push(item),
            Err(why) => matrix.left_out.push((line.number, why)),
        }
        let n_cells = matrix.items.len() * matrix.hypotheses.len();
        if matrix.items.len() > MAX_ITEMS || n_cells > MAX_CELLS {
            let message = format!("there are more than {MAX_ITEMS} items, or {MAX_CELLS} ratings");
            return Err(Fault::new("too-long", line.at, message).hint("divide the matrix in two"));
        }
    }
    if matrix.items.is_empty() {
        let fault = Fault::new("matrix-shape", head.at, "no item below these headings is rated");
        return Err(
            fault.hint("write an item on each line, and CC, C, N, I or II under each hypothesis")
        );
    }
    Ok(matrix)
}

impl<'t> Table<'t> {
    /// Cuts the text by the delimiter under which most cells are ratings.
    fn of(text: &'t str) -> Parsed<Table<'t>> {
        let mut start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        // What a spreadsheet may write for its own kind.
        let first = text[start..].lines().next().unwrap_or_default();
        let named = first.trim().trim_matches('"').strip_prefix("sep=");
        let named = named.and_then(|it| it.bytes().next()).filter(|it| b",;\t|".contains(it));
        if named.is_some() {
            let after = text[start..].find('\n').map_or(text.len(), |at| start + at + 1);
            start = after;
        }
        let delimiter = named.unwrap_or_else(|| {
            let n_cells = |delimiter: u8, is_it: &dyn Fn(&str) -> bool| {
                let cells = |cells: &StringRecord| cells.iter().filter(|it| is_it(it)).count();
                records(&text[start..], delimiter).take(200).map(|it| cells(&it)).sum::<usize>()
            };
            let n_ratings = |delimiter: &u8| {
                let letters = n_cells(*delimiter, &|cell| Scale::Letters.is_rating(cell));
                (letters, n_cells(*delimiter, &|cell| Scale::Numbers.is_rating(cell)))
            };
            // The last of equals: the commoner ones come last.
            [b'\t', b';', b','].into_iter().max_by_key(n_ratings).unwrap_or(b',')
        });
        let mut lines = Vec::new();
        let mut counted_to = (0, 1);
        for cells in records(&text[start..], delimiter) {
            let at = start + cells.position().map_or(0, |position| position.byte() as usize);
            let at = skip_breaks(text, at);
            let breaks = text.as_bytes()[counted_to.0..at].iter().filter(|b| **b == b'\n').count();
            counted_to = (at, counted_to.1 + breaks);
            if cells.len() > MAX_COLUMNS {
                let message =
                    format!("this line has {} cells, the limit is {MAX_COLUMNS}", cells.len());
                return Err(Fault::new("too-long", at, message)
                    .hint("leave out the columns that are not part of the matrix"));
            }
            if lines.len() > 4 * MAX_ITEMS {
                let message = format!("there are more than {} lines", 4 * MAX_ITEMS);
                return Err(Fault::new("too-long", at, message).hint("divide the matrix in two"));
            }
            lines.push(Line { cells, at, number: counted_to.1 });
        }
        let table = Table { text, delimiter, lines, scale: Scale::Letters };
        table.check_quotes()?;
        Ok(table)
    }

    /// A quotation mark that is never closed takes in the rest of the file.
    fn check_quotes(&self) -> Parsed<()> {
        let Some(last) = self.lines.last() else { return Ok(()) };
        let mut at = last.at;
        for _ in 0..last.cells.len() {
            let Some(end) = end_of_cell(self.text, at, self.delimiter) else {
                let fault = Fault::new("unclosed-quote", at, "this quotation mark is never closed");
                return Err(
                    fault.hint("close it, or write a quotation mark inside a text twice: `\"\"`")
                );
            };
            at = end + 1;
        }
        Ok(())
    }

    /// Where a cell begins in the text.
    fn offset(&self, line: &Line, ix: usize) -> usize {
        let next = |at: usize| end_of_cell(self.text, at, self.delimiter).map(|end| end + 1);
        (0..ix).try_fold(line.at, |at, _| next(at)).unwrap_or(line.at)
    }

    fn fault(&self, slug: &'static str, line: &Line, ix: usize, message: String) -> Fault {
        Fault::new(slug, self.offset(line, ix), message)
    }

    /// What the columns hold, by their headings.
    fn columns(&self, head: &Line) -> Parsed<Vec<Column>> {
        let mut columns: Vec<Column> =
            (0..head.cells.len()).map(|ix| column_of(head.cell(ix))).collect();
        if !columns.contains(&Column::Text) {
            // Nobody says which: the first that is nothing else. It needs no heading.
            let is_open = |column: &Column| matches!(column, Column::Hypothesis | Column::Nameless);
            match columns.iter().position(is_open) {
                Some(ix) => columns[ix] = Column::Text,
                None => {
                    let fault = Fault::new("matrix-heading", head.at, "no column holds the items");
                    return Err(fault.hint("give the column of the items the heading `Evidence`"));
                }
            }
        }
        // `No` numbers the items, unless it stands behind them and is an answer that they are rated under.
        let behind = columns.iter().position(|column| *column == Column::Text).unwrap_or(0);
        for ix in (behind..columns.len()).filter(|&ix| is_numbering(head.cell(ix))) {
            if self.is_rated_under(head, &columns, ix) {
                columns[ix] = Column::Hypothesis;
            }
        }
        for kind in [Column::Text, Column::Source, Column::Credibility, Column::Relevance] {
            // The first counts; a second one says more.
            for ix in of_kind(&columns, kind).into_iter().skip(1) {
                columns[ix] = Column::Note;
            }
        }
        Ok(columns)
    }

    /// Whether in every line with ratings under a hypothesis, what stands in a column is a rating too.
    fn is_rated_under(&self, head: &Line, columns: &[Column], ix: usize) -> bool {
        let known = of_kind(columns, Column::Hypothesis);
        let is_rating = |cell: &str| self.scale.is_rating(cell);
        let is_rated = |line: &&Line| known.iter().any(|&other| is_rating(line.cell(other)));
        let below = self.lines.iter().filter(|line| line.at > head.at);
        let cells = below.filter(is_rated).map(|line| line.cell(ix)).filter(|it| !it.is_empty());
        let mut cells = cells.peekable();
        cells.peek().is_some() && cells.all(is_rating)
    }

    fn check_hypotheses(&self, head: &Line, rated: &[usize], hypotheses: &[String]) -> Parsed<()> {
        if hypotheses.len() < 2 {
            let message = format!(
                "the headings name {}, and a matrix needs two or more",
                match hypotheses.len() {
                    0 => "no hypothesis",
                    _ => "one hypothesis",
                }
            );
            return Err(Fault::new("matrix-heading", head.at, message)
                .hint("give every hypothesis a column with a heading of its own"));
        }
        if hypotheses.len() > MAX_HYPOTHESES {
            let n = hypotheses.len();
            let message =
                format!("the headings name {n} hypotheses, the limit is {MAX_HYPOTHESES}");
            return Err(Fault::new("too-long", head.at, message)
                .hint("leave out the columns that are no hypotheses"));
        }
        for (ix, name) in hypotheses.iter().enumerate() {
            if hypotheses[..ix].contains(name) {
                let message = format!("the hypothesis {} stands here twice", shown(name));
                return Err(self
                    .fault("matrix-heading", head, rated[ix], message)
                    .hint("give each hypothesis a heading of its own"));
            }
        }
        Ok(())
    }
}

/// The lines of items, under their headings.
struct Sheet<'t> {
    table: &'t Table<'t>,
    head: &'t Line,
    columns: &'t [Column],
    rated: &'t [usize],
    /// How ratings were written so far, letters or signs: in one file, `-` can mean only one thing.
    style: Option<Style>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Letters,
    Signs,
}

impl Sheet<'_> {
    /// An item; or why the line is none.
    fn item(&mut self, line: &Line) -> Parsed<Result<Item, String>> {
        self.check_width(line)?;
        let named = self.columns.iter().position(|column| *column == Column::Text);
        let named = named.expect("a column holds the items, or the headings were refused");
        let text = tidy(line.cell(named));
        let rated = || self.rated.iter().map(|&ix| line.cell(ix));
        let is_number = |cell: &str| number(cell).is_some();
        if rated().all(str::is_empty) {
            return Ok(Err(format!("{} is not rated", shown(&text))));
        }
        if is_score(&text) && rated().all(|cell| cell.is_empty() || is_number(cell)) {
            return Ok(Err(format!("{} is a score: it is not carried", shown(&text))));
        }
        let mut ratings = Vec::with_capacity(self.rated.len());
        for &ix in self.rated {
            ratings.push(self.rating(line, ix)?);
        }
        if text.is_empty() {
            let message = "this line has ratings, and does not say of what".to_owned();
            return Err(self
                .table
                .fault("matrix-shape", line, named, message)
                .hint("write the item, or remove the line"));
        }
        let mut item = Item {
            text,
            ratings,
            source: None,
            credibility: None,
            relevance: None,
            notes: Vec::new(),
            line: line.number,
        };
        for (ix, column) in self.columns.iter().enumerate() {
            let cell = tidy(line.cell(ix));
            if cell.is_empty() {
                continue;
            }
            match column {
                Column::Source => item.source = Some(cell.clone()),
                Column::Credibility => item.credibility = credibility(&cell),
                Column::Relevance => item.relevance = grade(&cell),
                _ => {}
            }
            let is_kept = match column {
                Column::Credibility => item.credibility.is_none(),
                Column::Relevance | Column::Note => true,
                _ => false,
            };
            if is_kept {
                item.notes.push((tidy(self.head.cell(ix)), cell));
            }
        }
        Ok(Ok(item))
    }

    /// Nothing may stand where there is no heading: an item with a comma would move its ratings.
    fn check_width(&self, line: &Line) -> Parsed<()> {
        let is_headed =
            |ix: &usize| !matches!(self.columns.get(*ix), None | Some(Column::Nameless));
        let loose = (0..line.cells.len()).find(|ix| !is_headed(ix) && !line.cell(*ix).is_empty());
        let Some(ix) = loose else { return Ok(()) };
        let message = format!("{} stands under no heading", shown(line.cell(ix)));
        let delimiter = match self.table.delimiter {
            b'\t' => "tab".to_owned(),
            other => format!("`{}`", char::from(other)),
        };
        Err(self.table.fault("matrix-shape", line, ix, message).hint(format!(
            "put a text that holds a {delimiter} into quotation marks, or give the column a heading"
        )))
    }

    fn rating(&mut self, line: &Line, ix: usize) -> Parsed<Rating> {
        let cell = line.cell(ix);
        let Some((rating, style)) = self.table.scale.rating(cell) else {
            let under = shown(&tidy(self.head.cell(ix)));
            let message = format!("{} is no rating: it stands under {under}", shown(&tidy(cell)));
            let nearest = nearest_rating(cell);
            return Err(self.table.fault("matrix-rating", line, ix, message).hint(match nearest {
                Some(near) => format!("did you mean `{near}`?"),
                None if number(cell).is_some() => format!(
                    "write CC, C, N, I, II or NA, or numbers throughout: 2 for very consistent, 1, 0, -1, -2; if {under} is no hypothesis, call the column `Note`"
                ),
                None => format!(
                    "write CC, C, N, I, II or NA (or ++, +, -, --); if {under} is no hypothesis, call the column `Note`"
                ),
            }));
        };
        match (style, self.style) {
            (Some(style), Some(other)) if style != other => {
                let message = format!(
                    "{} in a matrix that has letters as well as signs may mean more than one thing",
                    shown(cell)
                );
                return Err(self.table.fault("matrix-rating", line, ix, message).hint(
                    "write all ratings as CC, C, N, I, II, NA, or all as ++, +, N, -, --, NA",
                ));
            }
            (Some(_), _) => self.style = style,
            (None, _) => {}
        }
        Ok(rating)
    }
}

fn of_kind(columns: &[Column], kind: Column) -> Vec<usize> {
    let all = columns.iter().enumerate().filter(|(_, column)| **column == kind);
    all.map(|(ix, _)| ix).collect()
}

/// The records of a table, each as far as it can be read; any text is a table.
fn records(text: &str, delimiter: u8) -> impl Iterator<Item = StringRecord> {
    let reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    // Only bytes that are no text could go wrong, and these are text.
    reader.into_records().map_while(Result::ok)
}

/// The reader says where it began to look for a record: line breaks come before it.
fn skip_breaks(text: &str, at: usize) -> usize {
    let rest = &text.as_bytes()[at.min(text.len())..];
    at + rest.iter().take_while(|b| matches!(b, b'\n' | b'\r')).count()
}

/// The end of the cell that begins at `at`: a delimiter, a line break or the end; none if its quotation mark
/// is never closed.
fn end_of_cell(text: &str, at: usize, delimiter: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut ix = at;
    if bytes.get(at) == Some(&b'"') {
        ix += 1;
        loop {
            match (bytes.get(ix), bytes.get(ix + 1)) {
                (None, _) => return None,
                (Some(b'"'), Some(b'"')) => ix += 2,
                (Some(b'"'), _) => break,
                _ => ix += 1,
            }
        }
    }
    let is_end = |b: &u8| *b == delimiter || matches!(b, b'\n' | b'\r');
    let rest = &bytes[ix.min(bytes.len())..];
    Some(ix + rest.iter().position(is_end).unwrap_or(rest.len()))
}

/// On one line, with single blanks and nothing that does not print, and not too long.
fn tidy(cell: &str) -> String {
    let printed = |c: char| if crate::model::is_unprintable(c) { ' ' } else { c };
    let clean: String = cell.trim().chars().take(MAX_CHARS).map(printed).collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Lower case, without what people put around a heading.
fn key(cell: &str) -> String {
    let cell = tidy(cell).to_lowercase().replace(['_', '-'], " ");
    cell.trim_matches(|c: char| !c.is_alphanumeric() && c != '#').to_owned()
}

fn column_of(heading: &str) -> Column {
    match key(heading).as_str() {
        "" => Column::Nameless,
        "evidence"
        | "item"
        | "items"
        | "evidence item"
        | "item of evidence"
        | "evidence items"
        | "evidence/argument"
        | "evidence/arguments"
        | "evidence / arguments"
        | "argument"
        | "arguments"
        | "evidence and arguments"
        | "evidence description"
        | "evidence name"
        | "description"
        | "evidence text" => Column::Text,
        "source" | "sources" | "source(s" | "source name" | "evidence source" => Column::Source,
        "credibility" | "cred" | "reliability" | "source reliability" | "source credibility"
        | "credibility weight" | "admiralty" | "admiralty code" | "admiralty grade" => {
            Column::Credibility
        }
        "relevance" | "rel" | "relevance weight" => Column::Relevance,
        "score"
        | "scores"
        | "diagnosticity"
        | "total"
        | "weighted score"
        | "inconsistency"
        | "inconsistency score"
        | "weighted inconsistency score" => Column::Score,
        "type" | "evidence type" | "kind" | "category" | "code" | "id" | "#" | "no" | "nr"
        | "number" | "order" | "evidence id" | "date" | "date/time" | "date added"
        | "date time" | "flag" | "flags" | "note" | "notes" | "comment" | "comments" | "remark"
        | "remarks" | "assumption" | "assumptions" | "url" | "link" | "tags" | "classification"
        | "weight" | "confidence" | "author" | "analyst" => Column::Note,
        _ => Column::Hypothesis,
    }
}

/// Whether a heading may mean that items are numbered.
fn is_numbering(heading: &str) -> bool {
    matches!(key(heading).as_str(), "no" | "nr" | "number" | "order" | "#")
}

/// Whether a line is named like what a tool works out from the matrix.
fn is_score(text: &str) -> bool {
    let key = key(text);
    let begins = ["score", "weighted ", "inconsistency", "consistency", "total", "sum", "rank"];
    begins.iter().any(|it| key.starts_with(it)) || key.ends_with("score") || key.ends_with("scores")
}

const RATINGS: [(&str, Rating); 28] = [
    ("cc", Rating::VeryConsistent),
    ("very consistent", Rating::VeryConsistent),
    ("strongly consistent", Rating::VeryConsistent),
    ("highly consistent", Rating::VeryConsistent),
    ("++", Rating::VeryConsistent),
    ("c", Rating::Consistent),
    ("consistent", Rating::Consistent),
    ("+", Rating::Consistent),
    ("n", Rating::Neutral),
    ("neutral", Rating::Neutral),
    ("neither", Rating::Neutral),
    ("ambiguous", Rating::Neutral),
    ("i", Rating::Inconsistent),
    ("inconsistent", Rating::Inconsistent),
    ("-", Rating::Inconsistent),
    ("ii", Rating::VeryInconsistent),
    ("very inconsistent", Rating::VeryInconsistent),
    ("strongly inconsistent", Rating::VeryInconsistent),
    ("highly inconsistent", Rating::VeryInconsistent),
    ("--", Rating::VeryInconsistent),
    ("na", Rating::NotApplicable),
    ("n/a", Rating::NotApplicable),
    ("n.a.", Rating::NotApplicable),
    ("n.a", Rating::NotApplicable),
    ("n a", Rating::NotApplicable),
    ("not applicable", Rating::NotApplicable),
    ("irrelevant", Rating::NotApplicable),
    ("", Rating::Blank),
];

/// What a cell says, and whether in letters or in signs.
fn rating(cell: &str) -> Option<(Rating, Option<Style>)> {
    // A word processor makes dashes of signs; an apostrophe keeps a spreadsheet from reading them as sums.
    let word = tidy(cell).to_lowercase();
    let word = word.trim_start_matches('\'').replace(['−', '–', '‐', '‑'], "-").replace('—', "--");
    let found = RATINGS.iter().find(|(known, _)| *known == word)?;
    let style = match found.0.chars().next() {
        Some('+' | '-') => Some(Style::Signs),
        Some(_) if !matches!(found.1, Rating::Neutral | Rating::NotApplicable) => {
            Some(Style::Letters)
        }
        _ => None,
    };
    Some((found.1, style))
}

/// What a number from 2 to -2 says.
fn numbered(cell: &str) -> Option<Rating> {
    let word = tidy(cell).replace(['−', '–', '‐', '‑'], "-");
    let word = word.trim_start_matches('\'');
    match word.strip_prefix('+').unwrap_or(word) {
        "2" => Some(Rating::VeryConsistent),
        "1" => Some(Rating::Consistent),
        "0" => Some(Rating::Neutral),
        "-1" => Some(Rating::Inconsistent),
        "-2" => Some(Rating::VeryInconsistent),
        _ => None,
    }
}

fn nearest_rating(cell: &str) -> Option<&'static str> {
    let word = tidy(cell).to_lowercase();
    // Of two letters everything is near.
    let words = RATINGS.iter().map(|(known, _)| *known).filter(|known| known.len() > 4);
    let near = words.map(|known| (damerau_levenshtein(&word, known), known));
    near.filter(|(distance, known)| distance * 4 <= known.len()).min().map(|(_, known)| known)
}

fn grade(cell: &str) -> Option<Grade> {
    match key(cell).as_str() {
        "h" | "high" => Some(Grade::High),
        "m" | "med" | "medium" | "moderate" => Some(Grade::Medium),
        "l" | "low" => Some(Grade::Low),
        _ => None,
    }
}

fn credibility(cell: &str) -> Option<Credibility> {
    if let Some(grade) = grade(cell) {
        return Some(Credibility::Grade(grade));
    }
    let word = cell.to_uppercase();
    let mut chars = word.chars().filter(|c| !matches!(c, ' ' | '-' | '/'));
    if let (Some(letter @ 'A'..='F'), digit, None) = (chars.next(), chars.next(), chars.next()) {
        return match digit.map(|digit| digit.to_digit(10)) {
            None => Some(Credibility::Admiralty(letter, None)),
            Some(Some(digit @ 1..=6)) => Some(Credibility::Admiralty(letter, Some(digit as u8))),
            Some(_) => None,
        };
    }
    number(cell).filter(|part| (0.0..=1.0).contains(part)).map(Credibility::Part)
}

/// A number, with a point or a comma, or in percent.
fn number(cell: &str) -> Option<f64> {
    let cell = cell.trim();
    let (digits, per) = match cell.strip_suffix('%') {
        Some(digits) => (digits.trim(), 100.0),
        None => (cell, 1.0),
    };
    let is_plain = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-');
    let value = digits.chars().all(is_plain).then(|| digits.replace(',', ".").parse::<f64>().ok());
    value?.map(|value| value / per).filter(|value| value.is_finite())
}
