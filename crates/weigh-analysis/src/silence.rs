//! Warnings that the author answers for: what `allow` takes off the screen, and keeps with its reason.

use crate::checks;
use std::collections::BTreeMap;
use weigh_model::assessment::Allow;
use weigh_syntax::diag::{Diagnostic, Severity};
use weigh_syntax::span::Span;

/// A warning that was told to nobody, because the author says why it does not matter.
#[derive(Debug, Clone, PartialEq)]
pub struct Silenced {
    /// The warning.
    pub diagnostic: Diagnostic,
    /// Position of the `allow` among those of the assessment.
    pub allow: usize,
}

/// Splits diagnostics into those that are told and those that some `allow` silences.
///
/// An `allow` silences what has its slug and begins and ends within its declaration; that of the
/// assessment, everything with its slug. The nearest one counts. Errors are always told.
pub fn silence(allows: &[Allow], diagnostics: Vec<Diagnostic>) -> (Vec<Diagnostic>, Vec<Silenced>) {
    let mut by_slug: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (ix, allow) in allows.iter().enumerate() {
        by_slug.entry(&allow.slug).or_default().push(ix);
    }
    let mut told = Vec::new();
    let mut silenced = Vec::new();
    for diagnostic in diagnostics {
        let fits =
            |ix: &usize| allows[*ix].within.is_none_or(|within| contains(within, diagnostic.span));
        let allow = match diagnostic.severity() {
            Severity::Error => None,
            Severity::Warning | Severity::Note => {
                let of_slug = by_slug.get(diagnostic.rule.slug);
                let fitting = || of_slug.into_iter().flatten().copied().filter(fits);
                let near = fitting().find(|&ix| allows[ix].within.is_some());
                near.or_else(|| fitting().next())
            }
        };
        match allow {
            Some(allow) => silenced.push(Silenced { diagnostic, allow }),
            None => told.push(diagnostic),
        }
    }
    (told, silenced)
}

/// Tells of an `allow` whose slug is none, or that of an error.
pub fn check_allows(allows: &[Allow]) -> Vec<Diagnostic> {
    let rules = checks::every_rule();
    let check = |allow: &Allow| match rules.iter().find(|rule| rule.slug == allow.slug) {
        None => {
            let silent = rules.iter().filter(|rule| rule.severity != Severity::Error);
            let slugs = silent.map(|rule| rule.slug);
            Some(checks::unknown_warning::diagnostic(allow.slug_span, &allow.slug, slugs))
        }
        Some(rule) if rule.severity == Severity::Error => {
            Some(checks::allowed_error::diagnostic(allow.slug_span, rule.slug))
        }
        Some(_) => None,
    };
    allows.iter().filter_map(check).collect()
}

/// Tells of an `allow` that has nothing to silence; `silenced` is everything that was.
pub fn check_idle(allows: &[Allow], silenced: &[Silenced]) -> Vec<Diagnostic> {
    let faulty = check_allows(allows);
    let is_idle = |(ix, allow): &(usize, &Allow)| {
        silenced.iter().all(|silenced| silenced.allow != *ix)
            && faulty.iter().all(|fault| fault.span != allow.slug_span)
    };
    let idle = allows.iter().enumerate().filter(is_idle);
    idle.map(|(_, allow)| {
        checks::idle_allow::diagnostic(allow.span, &allow.slug, allow.within.is_some())
    })
    .collect()
}

fn contains(outer: Span, inner: Span) -> bool {
    outer.file == inner.file && outer.start <= inner.start && inner.end <= outer.end
}
