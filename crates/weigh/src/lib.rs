//! The Weigh library: the pipeline from text to findings, the report, and the diagnostics' manual.

pub mod ach;
pub mod bench;
pub mod compare;
pub mod decide;
pub mod draft;
pub mod games;
pub mod lock;
pub mod messages;
pub mod origins;
pub mod quotes;
pub mod raw;
pub mod references;
pub mod report;
pub mod session;

pub use session::{Session, Settings, Stage};
pub use weigh_analysis::checks::every_rule as rules;
pub use weigh_analysis::{Wanted, findings, log_odds};
pub use weigh_model::load::join as from_file;
pub use weigh_model::lock::{from_folder, path_of as lock_path};
pub use weigh_model::world;
pub use weigh_syntax::{diag, span};

use weigh_syntax::diag::Rule;

/// The fault with this slug.
pub fn rule(slug: &str) -> Option<&'static Rule> {
    rules().into_iter().find(|rule| rule.slug == slug)
}

/// The pages on faults in files of other programs, and on what is told of them, by slug. A slug may also be a rule's, of assessments.
pub fn file_pages() -> Vec<&'static raw::formats::Page> {
    let mut pages: Vec<_> = raw::formats::PAGES
        .iter()
        .chain(raw::PAGES)
        .chain(games::PAGES)
        .chain(decide::PAGES)
        .collect();
    pages.sort_by_key(|page| page.slug);
    pages
}
