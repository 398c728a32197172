//! Markdown into the text that a reader sees.

use pulldown_cmark::{Event, MetadataBlockKind, Options, Parser, Tag, TagEnd};
use weigh_model::world::Document;

use crate::{day, tidy};

/// Takes the signs away, keeps the words; each block becomes a paragraph.
pub(crate) fn read(source: Document) -> Document {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut document = Document { remarks: source.remarks, ..Document::default() };
    let mut text = String::with_capacity(source.text.len());
    let mut in_metadata = false;
    let mut heading_start = None;
    for event in Parser::new_ext(&source.text, options) {
        match event {
            Event::Start(Tag::MetadataBlock(MetadataBlockKind::YamlStyle)) => in_metadata = true,
            Event::End(TagEnd::MetadataBlock(_)) => in_metadata = false,
            Event::Text(words) if in_metadata => read_metadata(&words, &mut document),
            Event::Start(Tag::Heading { .. }) => heading_start = Some(text.len()),
            Event::End(TagEnd::Heading(_)) => {
                let heading = heading_start.take().and_then(|start| tidy(&text[start..]));
                document.title = document.title.take().or(heading);
                text.push_str("\n\n");
            }
            Event::Text(words) | Event::Code(words) => text.push_str(&words),
            Event::InlineMath(words) | Event::DisplayMath(words) => text.push_str(&words),
            Event::SoftBreak | Event::HardBreak => text.push('\n'),
            Event::End(TagEnd::TableCell) => text.push('\t'),
            Event::End(TagEnd::TableRow | TagEnd::TableHead | TagEnd::Item) => text.push('\n'),
            Event::Start(Tag::Item) if !text.ends_with('\n') => text.push('\n'),
            Event::End(
                TagEnd::Paragraph
                | TagEnd::CodeBlock
                | TagEnd::List(_)
                | TagEnd::Table
                | TagEnd::BlockQuote(_),
            )
            | Event::Rule => text.push_str("\n\n"),
            _ => {}
        }
    }
    document.text = text;
    document
}

/// `title: …` and its like, in the lines at the head.
fn read_metadata(lines: &str, document: &mut Document) {
    for line in lines.lines() {
        let Some((key, value)) = line.split_once(':') else { continue };
        let value = value.trim().trim_matches(['"', '\'']);
        match key.trim().to_lowercase().as_str() {
            "title" => document.title = tidy(value),
            "author" => document.author = tidy(value),
            "publisher" | "site" => document.publisher = tidy(value),
            "lang" | "language" => document.language = tidy(value),
            "date" | "published" => document.published = day(value),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_kept_and_signs_are_not() {
        let text = "---\ntitle: \"Minsk waits\"\ndate: 2022-10-14\nauthor: A. B.\n---\n# Another head\n\n\
                    It **would** leave [little choice](https://example.org),\nthey `said`.\n\n- one\n- two\n";
        let document = read(Document { text: text.to_owned(), ..Document::default() });
        assert_eq!(document.title.as_deref(), Some("Minsk waits"));
        assert_eq!(document.author.as_deref(), Some("A. B."));
        assert_eq!(document.published, Some(jiff::civil::date(2022, 10, 14)));
        assert!(
            document.text.contains("Another head\n\nIt would leave little choice,\nthey said.\n\n")
        );
        assert!(document.text.contains("one\n") && !document.text.contains("title:"));
        let headed = read(Document { text: "# A *head*\n\nText.".into(), ..Document::default() });
        assert_eq!(headed.title.as_deref(), Some("A head"));
    }
}
