//! Paths as short as they can be: relative to the folder that holds every file of the assessment.

use weigh_analysis::findings::{BaseFinding, Findings, Place, QuoteFinding};

/// The same findings, with the folder that all files share cut from every place. The files' own list keeps it.
pub fn with_short_places(findings: &Findings) -> Findings {
    let mut short = findings.clone();
    let paths: Vec<&str> = findings.run.files.iter().map(|(path, _)| path.as_str()).collect();
    let folder = shared_folder(&paths);
    if folder.is_empty() {
        return short;
    }
    let cut = |place: &mut Place| {
        if let Some(rest) = place.file.strip_prefix(folder) {
            place.file = rest.to_owned();
        }
    };
    let quotes =
        |quotes: &mut Vec<QuoteFinding>| quotes.iter_mut().for_each(|it| cut(&mut it.place));
    let base = |base: &mut Option<BaseFinding>| base.iter_mut().for_each(|it| cut(&mut it.place));
    for question in &mut short.questions {
        cut(&mut question.place);
        base(&mut question.base);
        question.swings.iter_mut().for_each(|it| cut(&mut it.place));
    }
    for reason in &mut short.reasons {
        cut(&mut reason.place);
        quotes(&mut reason.quotes);
        reason.weights.iter_mut().for_each(|it| cut(&mut it.place));
    }
    for factor in &mut short.factors {
        cut(&mut factor.place);
        base(&mut factor.base);
        quotes(&mut factor.quotes);
    }
    for quantity in &mut short.quantities {
        cut(&mut quantity.place);
        quotes(&mut quantity.quotes);
    }
    for item in &mut short.evidence {
        cut(&mut item.place);
        quotes(&mut item.quotes);
    }
    for actor in short.actors.iter_mut().flat_map(|actors| &mut actors.actors) {
        cut(&mut actor.place);
        actor.wants.iter_mut().chain(&mut actor.expects).for_each(|it| cut(&mut it.place));
        let flips = actor.choices.iter_mut().flat_map(|choice| &mut choice.flips);
        flips.for_each(|it| cut(&mut it.place));
        quotes(&mut actor.quotes);
    }
    for (path, _) in &mut short.texts {
        if let Some(rest) = path.strip_prefix(folder) {
            *path = rest.to_owned();
        }
    }
    short.scenarios.iter_mut().for_each(|it| cut(&mut it.place));
    short.sources.iter_mut().for_each(|it| cut(&mut it.place));
    for step in short.repair.iter_mut().flat_map(|repair| &mut repair.moves) {
        cut(&mut step.place);
    }
    for number in short.movable.iter_mut().flat_map(|movable| &mut movable.numbers) {
        cut(&mut number.place);
    }
    for silenced in &mut short.silenced {
        cut(&mut silenced.place);
        cut(&mut silenced.reason_place);
    }
    short
}

/// `examples/belarus/` of `examples/belarus/belarus.weigh` and `examples/belarus/sources.weigh`.
fn shared_folder<'a>(paths: &[&'a str]) -> &'a str {
    let Some((first, rest)) = paths.split_first() else { return "" };
    let mut end = first.rfind(['/', '\\']).map_or(0, |at| at + 1);
    while end > 0 && !rest.iter().all(|path| path.starts_with(&first[..end])) {
        end = first[..end - 1].rfind(['/', '\\']).map_or(0, |at| at + 1);
    }
    &first[..end]
}

#[cfg(test)]
mod tests {
    use super::shared_folder;

    #[test]
    fn the_shared_folder_ends_at_a_slash() {
        assert_eq!(shared_folder(&["a/b/one.weigh", "a/b/other.weigh"]), "a/b/");
        assert_eq!(shared_folder(&["a/b/one.weigh", "a/bc/other.weigh"]), "a/");
        assert_eq!(shared_folder(&["a/one.weigh", "b/other.weigh"]), "");
        assert_eq!(shared_folder(&["one.weigh"]), "");
        assert_eq!(shared_folder(&["/elsewhere/me/one.weigh"]), "/elsewhere/me/");
        assert_eq!(shared_folder(&[]), "");
    }
}
