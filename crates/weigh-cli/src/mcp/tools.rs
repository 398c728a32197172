//! The tools: what each takes, and what it answers.

use serde::Deserialize;
use serde_json::{Value, json};
use weigh::diag::Severity;
use weigh::draft::{About, draft};
use weigh::quotes::{FoundInSource, QuoteShown};
use weigh::world::{ReadError, World};
use weigh::{Session, Settings};
use weigh_syntax::{format, parser, span::FileId};

use super::folder::Inside;
use crate::output::{create_file, replace_file};
use crate::{answers, explain, terminal};

/// Draws that an assistant may ask for: more than ten times the usual, and done in seconds.
const MAX_DRAWS: u32 = 100_000;
/// Messages in an answer: more fill a prompt and help nobody.
const MAX_MESSAGES: usize = 100;
/// Bytes of a proposed text.
const MAX_TEXT: usize = 1 << 20;

/// A tool as an assistant sees it.
pub struct Described {
    pub name: &'static str,
    pub about: &'static str,
    pub takes: &'static [Taken],
}

/// Something that a tool takes.
pub struct Taken {
    pub name: &'static str,
    /// Of JSON Schema.
    pub kind: &'static str,
    pub needed: bool,
    pub about: &'static str,
}

const fn taken(name: &'static str, about: &'static str) -> Taken {
    Taken { name, kind: "string", needed: true, about }
}

const fn optional(name: &'static str, kind: &'static str, about: &'static str) -> Taken {
    Taken { name, kind, needed: false, about }
}

const PATH: Taken = taken("path", "The .weigh file, from the server's folder");
const TEXT: Taken = optional("text", "string", "Take this as the file's text; nothing is written");

pub const ALL: [Described; 7] = [
    Described {
        name: "check",
        about: "Say what is wrong with an assessment: every message with its place and what to type instead",
        takes: &[PATH, TEXT],
    },
    Described {
        name: "solve",
        about: "Work out the probabilities of an assessment, with intervals",
        takes: &[
            PATH,
            TEXT,
            optional("draws", "integer", "Draws of the uncertain numbers, 1 to 100000 [10000]"),
            optional("seed", "integer", "Seed of the draws [1]"),
        ],
    },
    Described {
        name: "explain",
        about: "Show the manual page of a message by its slug",
        takes: &[taken("slug", "The name of the message, such as states-not-100")],
    },
    Described {
        name: "find_quote",
        about: "Look for words in the text of a source, up to typography, and show what stands around them",
        takes: &[
            taken("path", "The file with the source's text"),
            taken("quote", "The words, verbatim; […] for what is left out"),
        ],
    },
    Described {
        name: "verify_quotes",
        about: "Say of every quote of an assessment whether its words are in its source",
        takes: &[PATH, TEXT],
    },
    Described {
        name: "draft",
        about: "Make a first assessment from an article, every weight left open; nothing is written",
        takes: &[
            taken("path", "The file with the article's text"),
            optional("published", "string", "The day it appeared, as 2026-01-31"),
        ],
    },
    Described {
        name: "edit",
        about: "Write an assessment, whole or one passage of it. Refused, with the faults, if it would have an error \
                or a new quote that is not in its source's text",
        takes: &[
            PATH,
            optional("text", "string", "The whole new text"),
            optional("old", "string", "A passage that is there exactly once"),
            optional("new", "string", "What to put in place of `old`"),
        ],
    },
];

/// Why a tool did not do what was asked.
pub struct Refusal {
    message: String,
    /// What was found on the way.
    details: Value,
}

impl Refusal {
    pub fn new(message: impl Into<String>) -> Refusal {
        Refusal { message: message.into(), details: json!({}) }
    }

    pub fn to_json(&self) -> Value {
        let mut out = self.details.clone();
        out["refused"] = json!(self.message);
        out
    }
}

/// Everything that some tool takes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    path: Option<String>,
    text: Option<String>,
    old: Option<String>,
    new: Option<String>,
    quote: Option<String>,
    slug: Option<String>,
    published: Option<String>,
    draws: Option<u32>,
    seed: Option<u64>,
}

/// Runs a tool.
pub fn call(tool: &Described, folder: &Inside, arguments: Value) -> Result<Value, Refusal> {
    if let Some(given) = arguments.as_object() {
        for taken in tool.takes.iter().filter(|taken| taken.needed) {
            if !given.contains_key(taken.name) {
                return Err(Refusal::new(format!("`{}` needs `{}`", tool.name, taken.name)));
            }
        }
        if let Some(other) = given.keys().find(|key| tool.takes.iter().all(|it| it.name != **key)) {
            return Err(Refusal::new(format!("`{}` takes no `{other}`", tool.name)));
        }
    }
    let arguments: Arguments = serde_json::from_value(arguments)
        .map_err(|error| Refusal::new(format!("the arguments cannot be read: {error}")))?;
    let large = [&arguments.text, &arguments.new, &arguments.old, &arguments.quote];
    if large.into_iter().flatten().any(|text| text.len() > MAX_TEXT) {
        return Err(Refusal::new(format!("a text of more than {MAX_TEXT} bytes is not read")));
    }
    let path = arguments.path.as_deref().unwrap_or_default();
    let text = arguments.text.as_deref();
    match tool.name {
        "check" => check(folder, path, text),
        "solve" => solve(folder, path, text, &arguments),
        "explain" => explain::page(arguments.slug.as_deref().unwrap_or_default())
            .map_err(|failure| Refusal::new(failure.to_string().trim_end())),
        "find_quote" => {
            let source = readable(folder, path, Inside::source)?;
            Ok(super::quotes::find(&source.text, arguments.quote.as_deref().unwrap_or_default()))
        }
        "verify_quotes" => Ok(super::quotes::of(&load(folder, path, text)?)),
        "draft" => drafted(folder, path, arguments.published.as_deref()),
        _ => edit(folder, path, &arguments),
    }
}

/// What is read of a file, or why nothing is.
fn readable<R>(
    folder: &Inside,
    path: &str,
    read: impl Fn(&Inside, &str) -> Result<R, ReadError>,
) -> Result<R, Refusal> {
    folder.place(path).map_err(Refusal::new)?;
    let why = |error| Refusal::new(crate::input::unreadable(path, &error).to_string().trim_end());
    read(folder, path).map_err(why)
}

fn load(folder: &Inside, path: &str, text: Option<&str>) -> Result<Session, Refusal> {
    readable(folder, path, |folder, path| Session::load(&folder.with(path, text), path))
}

/// The messages of a session; the first of them if there are many.
fn faults(session: &Session) -> Value {
    let count = |severity: Severity| {
        session.diagnostics.iter().filter(|d| d.severity() == severity).count()
    };
    let mut diagnostics = terminal::diagnostics_to_json(session);
    let n_all = session.diagnostics.len();
    if let Some(list) = diagnostics.as_array_mut() {
        // Errors first: a cut list must not lose them.
        list.sort_by_key(|d| d["severity"] != "error");
        list.truncate(MAX_MESSAGES);
    }
    json!({
        "errors": count(Severity::Error),
        "warnings": count(Severity::Warning),
        "left_off": n_all.saturating_sub(MAX_MESSAGES),
        "diagnostics": diagnostics,
    })
}

fn check(folder: &Inside, path: &str, text: Option<&str>) -> Result<Value, Refusal> {
    let mut session = load(folder, path, text)?;
    session.diagnose(&Settings::default());
    Ok(faults(&session))
}

fn solve(
    folder: &Inside,
    path: &str,
    text: Option<&str>,
    arguments: &Arguments,
) -> Result<Value, Refusal> {
    let draws = arguments.draws.unwrap_or(Settings::default().draws);
    if !(1..=MAX_DRAWS).contains(&draws) {
        return Err(Refusal::new(format!("`draws` is a number from 1 to {MAX_DRAWS}")));
    }
    let seed = arguments.seed.unwrap_or(Settings::default().seed);
    let mut session = load(folder, path, text)?;
    let findings = session.findings(&Settings { draws, seed, ..Settings::default() });
    let mut out = answers::to_json(&session, findings.as_ref());
    out["diagnostics"] = faults(&session)["diagnostics"].take();
    Ok(out)
}

fn drafted(folder: &Inside, path: &str, published: Option<&str>) -> Result<Value, Refusal> {
    let article = readable(folder, path, Inside::article)?;
    let day = |day: &str| {
        day.parse().map_err(|error| Refusal::new(format!("`published` is no date: {error}")))
    };
    let today = folder.today().to_string();
    let about =
        About { file: path, published: published.map(day).transpose()?, today: day(&today)? };
    let draft = draft(&article, &about);
    Ok(json!({
        "text": draft.text,
        "reasons": draft.n_reasons,
        "evidence": draft.n_evidence,
        "facts": draft.n_facts,
        "origins": draft.n_origins,
        "set_aside": draft.set_aside,
    }))
}

fn edit(folder: &Inside, path: &str, arguments: &Arguments) -> Result<Value, Refusal> {
    let place = folder.place(path).map_err(Refusal::new)?;
    if !path.ends_with(".weigh") {
        return Err(Refusal::new(format!(
            "`{path}` is no assessment: its name must end in .weigh"
        )));
    }
    let is_there = place.exists();
    let text = match (&arguments.text, &arguments.old, &arguments.new) {
        (Some(text), None, None) => text.clone(),
        (None, Some(old), Some(new)) => {
            let text = readable(folder, path, Inside::read)?;
            match text.matches(old.as_str()).count() {
                1 => text.replacen(old, new, 1),
                n => {
                    let message =
                        format!("`old` must be in `{path}` exactly once, and is {n} times");
                    return Err(Refusal::new(message));
                }
            }
        }
        _ => return Err(Refusal::new("give either `text`, or `old` and `new`")),
    };
    if text.len() > MAX_TEXT {
        return Err(Refusal::new(format!("a text of more than {MAX_TEXT} bytes is not written")));
    }
    let text = format::format(&parser::parse(FileId(0), &text));
    let mut session = load(folder, path, Some(&text))?;
    session.diagnose(&Settings::default());
    let before = match is_there {
        true => load(folder, path, None)?.quoted().quotes,
        false => Vec::new(),
    };
    let is_old = |quote: &QuoteShown| {
        before.iter().any(|old| (&old.words, &old.source) == (&quote.words, &quote.source))
    };
    let quotes = session.quoted().quotes.into_iter();
    let unseen: Vec<QuoteShown> = quotes
        .filter(|it| match it.found {
            FoundInSource::Missing { .. } => true,
            FoundInSource::Unverified => !is_old(it),
            FoundInSource::Verbatim { .. } | FoundInSource::Locked { .. } => false,
        })
        .collect();
    let mut out = faults(&session);
    out["unverified_quotes"] = json!(unseen);
    out["written"] = json!(false);
    let refused =
        |message: &str| Err(Refusal { message: message.to_owned(), details: out.clone() });
    if !unseen.is_empty() {
        return refused(
            "nothing was written: a quote is not in the text of its source, or that text is not here",
        );
    }
    if session.has_errors() {
        return refused("nothing was written: the assessment would have errors");
    }
    let written = if is_there {
        replace_file(&place, text.as_bytes())
    } else {
        create_file(&place, &text, "edit it as it is")
    };
    written.map_err(|failure| Refusal::new(failure.to_string().trim_end()))?;
    out["written"] = json!(true);
    out["text"] = json!(text);
    Ok(out)
}
