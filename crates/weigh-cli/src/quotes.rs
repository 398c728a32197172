//! `weigh quotes`: every quote in its source, with the words around it.

use serde_json::json;
use weigh::quotes::{FoundInSource, PartShown, QuoteShown, Quoted, QuotedSource};

use crate::args::{Format, QuotesArgs};
use crate::input;
use crate::solve::message_style;
use crate::terminal::{self, Failure, Outcome};

/// Runs the command.
pub fn run(args: &QuotesArgs) -> Result<Outcome, Failure> {
    let session = match input::load(&args.input) {
        Ok(session) => session,
        Err(failure) => {
            if args.format.format == Format::Json
                && let Some(diagnostics) = failure.to_json()
            {
                terminal::print_json(
                    &json!({ "sources": [], "quotes": [], "diagnostics": diagnostics }),
                )?;
            }
            return Err(failure);
        }
    };
    let mut quoted = session.quoted();
    if args.doubtful {
        quoted.quotes.retain(is_doubtful);
    }
    match args.format.format {
        Format::Text => terminal::print(&text(&quoted, args.doubtful))?,
        Format::Json => {
            let mut out = json!(quoted);
            out["diagnostics"] = terminal::diagnostics_to_json(&session);
            terminal::print_json(&out)?;
        }
    }
    terminal::show_diagnostics(&session, message_style(args.input.one_line, args.format.format));
    Ok(Outcome::of(&session))
}

fn is_doubtful(quote: &QuoteShown) -> bool {
    let doubted = |found: &FoundInSource| match found {
        FoundInSource::Verbatim { cut, aside, .. } => cut.is_some() || aside.is_some(),
        FoundInSource::Missing { .. } => true,
        FoundInSource::Locked { cut, .. } => cut.is_some(),
        FoundInSource::Unverified => false,
    };
    doubted(&quote.found) || quote.translation.as_ref().is_some_and(doubted)
}

fn text(quoted: &Quoted, only_doubtful: bool) -> String {
    let mut out = String::new();
    if quoted.sources.is_empty() {
        out.push_str("The file names no source\n");
    }
    for source in &quoted.sources {
        let own: Vec<&QuoteShown> =
            quoted.quotes.iter().filter(|quote| quote.source == source.id).collect();
        if only_doubtful && own.is_empty() {
            continue;
        }
        out.push_str(&head(source));
        for quote in own {
            out.push_str(&shown(quote));
        }
        out.push('\n');
    }
    if only_doubtful && quoted.quotes.is_empty() {
        out.push_str("No quote is in doubt\n");
    }
    out
}

/// A source, its file, and what the file says of itself.
fn head(source: &QuotedSource) -> String {
    let mut out = format!("{}  {}\n", source.id, source.title);
    let file = source.file.as_deref().unwrap_or_default();
    match &source.states {
        Some(states) => {
            let pages = match states.n_pages {
                0 => String::new(),
                1 => ", 1 page".to_owned(),
                n => format!(", {n} pages"),
            };
            let bytes = states.n_bytes;
            let hash = &states.blake3[..16];
            out.push_str(&format!(
                "  {file}: {}{pages}, {bytes} bytes, blake3 {hash}…\n",
                states.format
            ));
            let stated: Vec<String> = [
                ("title", &states.title),
                ("author", &states.author),
                ("publisher", &states.publisher),
                ("published", &states.published),
                ("language", &states.language),
            ]
            .iter()
            .filter_map(|(what, stated)| Some(format!("{what} {}", stated.as_ref()?)))
            .collect();
            if !stated.is_empty() {
                out.push_str(&format!("  it says of itself: {}\n", stated.join("; ")));
            }
        }
        None if source.locked.is_some() => {
            let locked = source.locked.as_ref().expect("it was asked");
            out.push_str(&format!(
                "  {file} is not here; its quotes were looked up on {} by {} (blake3 {}…)\n",
                locked.verified,
                locked.engine,
                &locked.blake3[..16]
            ));
        }
        None => {
            let why = match source.text.as_str() {
                "none named" => "no file is named".to_owned(),
                "absent" => format!("{file} is not here"),
                why => format!("{file} cannot be read: {why}"),
            };
            out.push_str(&format!("  {why}\n"));
        }
    }
    let (n, verbatim) = (source.n_quotes, source.n_verbatim);
    let told = match (n, source.states.is_some()) {
        (0, _) => "no quote is from it".to_owned(),
        (1, true) if verbatim == 1 => "the one quote is in it word for word".to_owned(),
        (_, true) if verbatim == n => format!("all {n} quotes are in it word for word"),
        (_, true) => format!("{verbatim} of {n} quotes are in it word for word"),
        (_, false) if source.locked.is_some() => {
            format!("{verbatim} of {n} quotes are in it word for word, says the lock")
        }
        (1, false) => "1 quote, not checked".to_owned(),
        (_, false) => format!("{n} quotes, not checked"),
    };
    out + &format!("  {told}\n")
}

fn shown(quote: &QuoteShown) -> String {
    let name = quote.name.as_ref().map(|name| format!("{name}: ")).unwrap_or_default();
    let uses = match quote.n_uses {
        1 => String::new(),
        0 => ", not used".to_owned(),
        n => format!(", used {n} times"),
    };
    let place = &quote.place;
    let mut out = format!("\n  {name}{}:{}{uses}\n", place.file, place.line);
    let in_source = quote.original.as_ref().unwrap_or(&quote.words);
    out.push_str(&found(&quote.found, in_source));
    match (&quote.original, &quote.translation) {
        (Some(_), Some(FoundInSource::Unverified)) => {
            out.push_str(&format!("    translated by the author: “{}”\n", quote.words))
        }
        (Some(_), Some(translation)) => {
            out.push_str("    in the stored translation:\n");
            out.push_str(&found(translation, &quote.words));
        }
        _ => {}
    }
    out
}

fn found(found: &FoundInSource, words: &str) -> String {
    match found {
        FoundInSource::Verbatim { at, before, after, cut, aside } => {
            let mut out = format!("    {at}: … {before}[{words}]{after} …\n");
            if let Some(cut) = cut {
                out.push_str(&format!("    cut: {cut}\n"));
            }
            if let Some(aside) = aside {
                out.push_str(&format!("    not in the article: it is in {aside}\n"));
            }
            out
        }
        FoundInSource::Missing { near } => {
            let mut out = format!("    NOT IN THE SOURCE: “{words}”\n");
            if let Some(near) = near {
                let parts: Vec<String> = near
                    .parts
                    .iter()
                    .map(|part| match part {
                        PartShown::Both(words) => words.clone(),
                        PartShown::Quote(words) => format!("[-{words}-]"),
                        PartShown::Source(words) => format!("{{+{words}+}}"),
                    })
                    .collect();
                out.push_str(&format!("    closest: {}\n", parts.join(" ")));
            }
            out
        }
        FoundInSource::Locked { at, cut } => {
            let mut out = format!("    {at}, says the lock: “{words}”\n");
            if let Some(cut) = cut {
                out.push_str(&format!("    cut: {cut}\n"));
            }
            out
        }
        FoundInSource::Unverified => format!("    not checked: “{words}”\n"),
    }
}
