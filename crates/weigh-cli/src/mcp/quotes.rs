//! Quotes for assistants: where one is in a source, and how those of an assessment stand.

use serde_json::{Value, json};
use weigh::Session;
use weigh::quotes::{Folded, FoundInSource};

/// Characters of context on either side.
const AROUND: usize = 200;

/// Where a quote stands in a text, with the words around it; or the passage that comes closest.
pub fn find(text: &str, quote: &str) -> Value {
    let folded = Folded::new(text);
    match folded.find(quote) {
        Some(found) => {
            let (before, after) = folded.context(found, AROUND);
            json!({
                "found": true,
                "words": &folded.original()[found.start..found.end],
                "before": before,
                "after": after,
                "start": found.start,
                "end": found.end,
                "line": folded.original()[..found.start].matches('\n').count() + 1,
            })
        }
        None => json!({
            "found": false,
            "nearest": folded.nearest(quote).map(|near| json!({
                "agrees": near.found_prefix,
                "source_goes_on": near.then_source,
                "quote_goes_on": near.then_quote,
            })),
        }),
    }
}

/// Every quote of an assessment beside its source, and how many are there.
pub fn of(session: &Session) -> Value {
    let quotes = session.quoted().quotes;
    let count =
        |is: fn(&FoundInSource) -> bool| quotes.iter().filter(|quote| is(&quote.found)).count();
    json!({
        "verified": count(|it| matches!(it, FoundInSource::Verbatim { .. } | FoundInSource::Locked { .. })),
        "missing": count(|it| matches!(it, FoundInSource::Missing { .. })),
        "unverified": count(|it| matches!(it, FoundInSource::Unverified)),
        "quotes": quotes,
    })
}
