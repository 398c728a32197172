//! An article's shape: its paragraphs, head lines, headings and sentences, and what is none of them.

use std::collections::BTreeSet;

use super::aside;
use super::marks::dates;

/// Words of a heading at most.
pub const MAX_HEADING_WORDS: usize = 14;
/// Words of a title at most: a longer first paragraph is text.
const MAX_TITLE_WORDS: usize = 30;
/// The part of a heading's words that the text below must use for it to be the text's own: ours; headings
/// of related articles that a page strews in share the subject, and little more.
const MIN_SHARED: f64 = 0.25;
/// Characters of a line that is a paragraph by itself where no blank lines part them.
const LONG_LINE: usize = 120;
/// Characters of a line that may be a heading right above its text.
const SHORT_LINE: usize = 40;

/// A paragraph on one line, without the signs that made it a heading or an item of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraph {
    pub text: String,
    pub form: Form,
}

/// How a paragraph was marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Plain,
    /// `## so`, or underlined.
    Heading,
    /// `- so`, `3. so`
    Item,
}

/// What stands above an article's text.
#[derive(Debug, Default)]
pub struct Head {
    pub title: Option<String>,
    pub author: Option<String>,
    /// A line of nothing but a date, or of a date after "Published".
    pub published: Option<String>,
}

/// A heading with the text below it.
pub struct Section {
    /// None before the first heading.
    pub heading: Option<String>,
    pub paragraphs: Vec<String>,
}

/// What headings of a text's own say of no reason, in lower case.
const NO_REASON: [&str; 16] = [
    "key judgement",
    "key judgements",
    "key judgment",
    "key judgments",
    "bottom line",
    "summary",
    "executive summary",
    "introduction",
    "background",
    "overview",
    "conclusion",
    "conclusions",
    "key points",
    "main points",
    "key takeaways",
    "in brief",
];

/// Whether a heading names a part of the text and no reason.
pub fn is_part(heading: &str) -> bool {
    NO_REASON.contains(&words(heading).join(" ").as_str())
}

/// The paragraphs of a text, each on one line and without signs that a line cannot hold.
pub fn paragraphs(text: &str) -> Vec<Paragraph> {
    let lines: Vec<String> = text.lines().map(one_line).collect();
    let n_blank = lines.iter().filter(|line| line.is_empty()).count();
    let n_long = lines.iter().filter(|line| line.chars().count() > LONG_LINE).count();
    let line_by_line = n_blank * 4 < n_long;
    let mut out: Vec<Paragraph> = Vec::new();
    let mut open = false;
    for (ix, line) in lines.iter().enumerate() {
        let (mut form, words) = marked(line);
        let next = lines.get(ix + 1).map_or("", String::as_str);
        if form == Form::Plain && !open && stands_above(line, next) {
            form = Form::Heading;
        }
        if line.is_empty() || is_rule(line) {
            let underlined = open && is_underline(line);
            if let Some(last) = out.last_mut().filter(|_| underlined) {
                last.form = Form::Heading;
            }
            open = false;
        } else if form == Form::Plain && open && !line_by_line {
            if let Some(last) = out.last_mut() {
                last.text = format!("{} {line}", last.text);
            }
        } else {
            out.push(Paragraph { text: words.to_owned(), form });
            open = form != Form::Heading;
        }
    }
    out.retain(|paragraph| !paragraph.text.is_empty());
    out
}

/// Whether a line is the heading of the text that goes on right below it: short, without an end, and
/// followed by an item or a new sentence. The first line of a paragraph is as long as the others.
fn stands_above(line: &str, next: &str) -> bool {
    let (form, words) = marked(next);
    let opens = form == Form::Item || words.starts_with(|c: char| c.is_uppercase());
    line.chars().count() < SHORT_LINE
        && line.ends_with(|c: char| c.is_alphanumeric() || c == '?' || c == ':')
        && opens
        && !is_rule(next)
}

/// What a line's first signs say it is, and its words.
fn marked(line: &str) -> (Form, &str) {
    let after_hashes = line.trim_start_matches('#');
    if after_hashes.len() < line.len() && after_hashes.starts_with(' ') {
        return (Form::Heading, after_hashes.trim_matches([' ', '#']));
    }
    if let Some(bold) = line.strip_prefix("**").and_then(|line| line.strip_suffix("**"))
        && !bold.contains("**")
    {
        return (Form::Heading, bold.trim());
    }
    for bullet in ["- ", "* ", "• ", "– ", "▪ ", "● ", "· "] {
        if let Some(item) = line.strip_prefix(bullet) {
            return (Form::Item, item.trim());
        }
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let numbered = line[digits..].strip_prefix(". ").or_else(|| line[digits..].strip_prefix(") "));
    match numbered {
        Some(item) if (1..=2).contains(&digits) => (Form::Item, item.trim()),
        _ => (Form::Plain, line),
    }
}

fn is_rule(line: &str) -> bool {
    line.chars().count() >= 3 && line.chars().all(|c| "-=*_~–—".contains(c))
}

fn is_underline(line: &str) -> bool {
    is_rule(line) && line.starts_with(['=', '-'])
}

/// A text on one line, without signs that a line cannot hold.
pub fn one_line(text: &str) -> String {
    let text = text.replace(|c: char| c.is_control() || c == '\u{feff}', " ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Takes title, author and day from the first paragraphs; lines of other kinds go to `set_aside`.
pub fn head(paragraphs: &mut Vec<Paragraph>, set_aside: &mut Vec<String>) -> Head {
    let mut head = Head::default();
    let mut n_taken = 0;
    for paragraph in paragraphs.iter() {
        let text = paragraph.text.as_str();
        let n_words = words(text).len();
        if let Some(author) = byline(text) {
            head.author.get_or_insert(author);
        } else if let Some(day) = date_line(text) {
            head.published.get_or_insert(day);
        } else if aside::is_boilerplate(text) {
            set_aside.push(format!("boilerplate: {text}"));
        } else if head.title.is_none() && n_words <= MAX_TITLE_WORDS && paragraph.form != Form::Item
        {
            head.title = Some(text.to_owned());
        } else {
            break;
        }
        n_taken += 1;
    }
    paragraphs.drain(..n_taken);
    head
}

/// "By Ann Example, Foreign Editor": the name.
fn byline(text: &str) -> Option<String> {
    let name = text.strip_prefix("By ").or_else(|| text.strip_prefix("BY "))?;
    let name = name.split([',', '|', '•']).next()?.trim();
    let n = name.split(' ').count();
    let is_name = |word: &str| {
        word == "and" || word.starts_with(|c: char| c.is_uppercase()) && !ends_sentence(word)
    };
    ((2..=8).contains(&n) && name.split(' ').all(is_name)).then(|| name.to_owned())
}

fn ends_sentence(word: &str) -> bool {
    word.ends_with(['!', '?']) || (word.ends_with('.') && word.chars().count() > 3)
}

/// A line of a full date and little else.
fn date_line(text: &str) -> Option<String> {
    const BESIDE: [&str; 16] = [
        "published",
        "updated",
        "on",
        "posted",
        "date",
        "at",
        "am",
        "pm",
        "gmt",
        "utc",
        "et",
        "edt",
        "est",
        "cet",
        "first",
        "last",
    ];
    let (found, placed) = dates(text, None);
    let day = placed.filter(|day| day.day().is_some())?;
    let is_beside = |word: &String| {
        BESIDE.contains(&word.as_str())
            || word.chars().all(|c| c.is_ascii_digit())
            || super::marks::month_named(word).is_some()
            || super::marks::weekday_named(word).is_some()
            || word.len() == 1
    };
    (found.len() == 1 && words(text).iter().all(is_beside)).then(|| day.to_string())
}

/// Headings with the text below them; boilerplate and stray headings go to `set_aside`.
pub fn sections(paragraphs: &[Paragraph], set_aside: &mut Vec<String>) -> Vec<Section> {
    let n = paragraphs.len();
    let mut kept: Vec<&Paragraph> = Vec::new();
    for (ix, paragraph) in paragraphs.iter().enumerate() {
        if aside::is_boilerplate(&paragraph.text)
            || aside::is_of_author(&paragraph.text, n - 1 - ix)
        {
            set_aside.push(format!("boilerplate: {}", paragraph.text));
        } else {
            kept.push(paragraph);
        }
    }
    let mut sections = vec![Section { heading: None, paragraphs: Vec::new() }];
    for (ix, paragraph) in kept.iter().enumerate() {
        let is_plain = paragraph.form == Form::Plain;
        let after_heading = ix > 0 && kept[ix - 1].form == Form::Heading;
        let before_heading = kept.get(ix + 1).is_some_and(|next| is_heading(next));
        let is_short = words(&paragraph.text).len() <= MAX_HEADING_WORDS;
        let has_digit = paragraph.text.contains(|c: char| c.is_ascii_digit());
        if is_heading(paragraph) {
            let below: Vec<&str> = kept[ix + 1..]
                .iter()
                .take_while(|it| !is_heading(it))
                .map(|it| it.text.as_str())
                .collect();
            let is_own = paragraph.form == Form::Heading && !below.is_empty();
            if is_own || shared(&paragraph.text, &below.join(" ")) >= MIN_SHARED {
                let heading = Some(paragraph.text.clone());
                sections.push(Section { heading, paragraphs: vec![] });
            } else {
                let text = &paragraph.text;
                set_aside.push(format!("stray heading, the text below is not about it: {text}"));
            }
        } else if is_short && before_heading && !has_digit && !after_heading && is_plain {
            let text = &paragraph.text;
            set_aside.push(format!("short line before a heading, perhaps a link: {text}"));
        } else if let Some(last) = sections.last_mut() {
            last.paragraphs.push(paragraph.text.to_string());
        }
    }
    if sections.len() == 1 && sections[0].paragraphs.len() > 1 {
        let rest = sections[0].paragraphs.split_off(1);
        sections.extend(rest.into_iter().map(|paragraph| Section {
            heading: sentences(&paragraph).into_iter().next(),
            paragraphs: vec![paragraph],
        }));
    }
    sections
}

fn is_heading(paragraph: &Paragraph) -> bool {
    let text = &paragraph.text;
    let ends = text.ends_with(|c: char| c.is_alphanumeric() || c == '?' || c == ')');
    match paragraph.form {
        Form::Heading => true,
        Form::Item => false,
        Form::Plain => ends && words(text).len() <= MAX_HEADING_WORDS,
    }
}

/// The part of a heading's words that stand in `below` too, by their first five letters.
fn shared(heading: &str, below: &str) -> f64 {
    let stems = |text: &str| -> BTreeSet<String> {
        let long = words(text).into_iter().filter(|word| word.chars().count() >= 3);
        let stem = |word: String| word.chars().take(5).collect::<String>();
        long.filter(|word| !EMPTY.contains(&word.as_str())).map(stem).collect()
    };
    let (heading, below) = (stems(heading), stems(below));
    let n = heading.intersection(&below).count();
    if heading.is_empty() { 0.0 } else { n as f64 / heading.len() as f64 }
}

/// Words that say nothing of what a text is about.
const EMPTY: [&str; 14] = [
    "the", "and", "not", "for", "from", "with", "has", "have", "was", "are", "that", "this",
    "because", "its",
];

/// Words in lower case; an apostrophe parts them.
pub fn words(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| !c.is_alphanumeric());
    parts.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// Words before a full stop that does not end a sentence.
const ABBREVIATED: [&str; 32] = [
    "mr", "mrs", "ms", "dr", "prof", "gen", "col", "st", "no", "vs", "inc", "ltd", "jr", "sen",
    "rep", "gov", "maj", "lt", "capt", "adm", "sgt", "jan", "feb", "aug", "sept", "sep", "oct",
    "nov", "dec", "approx", "etc", "al",
];

/// The sentences of a paragraph.
pub fn sentences(paragraph: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut start = 0;
    for (at, _) in paragraph.match_indices(' ') {
        let before = paragraph[start..at].trim_end_matches(['"', '”', '’', '\'', ')']);
        let next = paragraph[at + 1..].trim_start_matches(['"', '“', '‘', '\'', '(']);
        let opens = next.starts_with(|c: char| c.is_uppercase() || c.is_numeric());
        let last = before.trim_end_matches('.').rsplit([' ', '.']).next().unwrap_or_default();
        let is_short = before.ends_with('.')
            && (last.chars().count() == 1 && last.chars().all(char::is_uppercase)
                || ABBREVIATED.contains(&last.to_lowercase().as_str()));
        if before.ends_with(['.', '!', '?', '…']) && opens && !is_short {
            out.push(paragraph[start..at].to_owned());
            start = at + 1;
        }
    }
    out.push(paragraph[start..].to_owned());
    out
}
