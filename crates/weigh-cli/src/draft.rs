//! `weigh draft`: a first assessment from an article, without any number of its own.

use std::path::Path;

use weigh::draft::{About, draft_with};
use weigh::report::words;

use crate::args::DraftArgs;
use crate::output::create_file;
use crate::terminal::{self, Failure, Outcome};
use crate::world::Disk;
use crate::{input, model};

/// Runs the command.
pub fn run(args: &DraftArgs) -> Result<Outcome, Failure> {
    let path = input::name_of(&args.article)?;
    let article = Disk::at(&path, args.day.today)
        .article(&path)
        .map_err(|error| input::unreadable(&path, &error))?;
    let today = Disk::day(args.day.today);
    let written = |date: String| date.parse().expect("a day is a date");
    let file = as_seen_from(&args.article, args.output.as_deref())?;
    let about = About {
        file: &file,
        published: args.published.map(|day| written(day.to_string())),
        today: written(today.to_string()),
    };
    let proposal = match &args.model {
        Some(url) => Some(model::propose(url, &args.asked, &article)?),
        None => None,
    };
    let draft = draft_with(&article, &about, proposal.as_ref());
    let Some(output) = &args.output else {
        terminal::print(&draft.text)?;
        return Ok(Outcome::Fine);
    };
    let otherwise = "give another name: what somebody may have worked on is not overwritten";
    create_file(output, &draft.text, otherwise)?;
    let path = output.display();
    terminal::print(&format!(
        "{path} is written: {}, {} with {} dates and numbers, {} that it names; {} set aside.\n\
         Every weight is open. Put numbers in place of the `?`, and see what is left: weigh check {path}\n",
        words::count(draft.n_reasons, "reason", "reasons"),
        words::count(draft.n_evidence, "item of evidence", "items of evidence"),
        draft.n_facts,
        words::count(draft.n_origins, "origin", "origins"),
        words::count(draft.set_aside.len(), "passage", "passages"),
    ))?;
    Ok(Outcome::Fine)
}

/// The article's path as the draft must write it, which is read from the draft's own folder.
fn as_seen_from(article: &Path, output: Option<&Path>) -> Result<String, Failure> {
    let folder = output.and_then(Path::parent).unwrap_or(Path::new(""));
    let seen = match article.strip_prefix(folder) {
        Ok(below) => below.to_owned(),
        Err(_) => std::path::absolute(article).map_err(|error| {
            Failure::run(format!("{} cannot be placed: {error}", article.display()))
        })?,
    };
    input::name_of(&seen)
}
