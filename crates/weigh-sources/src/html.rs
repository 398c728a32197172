//! Pages of the web: all that can be read on them, with what is not the article marked.

use dom_query::{Document as Page, NodeRef};
use dom_smoothie::{Config, Readability, TextMode};
use weigh_model::world::{Aside, Document};

use crate::{Fault, day, decode, tidy};

/// Elements nested deeper than this are read flat: no page that people write comes near.
const MAX_DEPTH: usize = 512;

/// The most elements in which an article is looked for.
const MAX_ELEMENTS: usize = 100_000;

/// An article has at least as many characters; what is shorter is a teaser.
const MIN_ARTICLE_CHARS: usize = 140;

/// Reads a page as it was saved.
pub(crate) fn read_bytes(bytes: &[u8]) -> Result<Document, Fault> {
    let decoded = decode::decode(bytes, declared(bytes).as_deref())?;
    let mut document = read_text(&decoded.text);
    document.remarks.splice(0..0, decoded.remarks);
    match document.text.trim().is_empty() {
        true => Err(Fault::NoText),
        false => Ok(document),
    }
}

/// The encoding that a page names in its first kilobytes.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).to_lowercase();
    let after = head.split("charset=").nth(1)?;
    let label = after.trim_start_matches(['"', '\'', ' ']);
    let end = label.find(|c: char| !(c.is_ascii_alphanumeric() || "-_:.".contains(c)));
    Some(label[..end.unwrap_or(label.len())].to_owned())
}

/// Reads a page: everything on it in paragraphs, what is beside the article marked.
///
/// # Source
/// What is the article is said by Mozilla's Readability (as ported by dom_smoothie); what else is on
/// the page, by elements and class names that pages use for it.
pub(crate) fn read_text(html: &str) -> Document {
    let page = Page::from(html);
    let mut document = Document::default();
    let (blocks, is_deep) = blocks(&page);
    let article = if is_deep { None } else { find_article(html) };
    if is_deep {
        document.remarks.push("its elements are nested too deep to tell the article".to_owned());
    } else if article.is_none() {
        document.remarks.push("no article could be told from the rest of the page".to_owned());
    }
    document.title = page.select("title").nodes().first().and_then(|title| tidy(&title.text()));
    let root_language = page.select("html").nodes().first().and_then(|html| html.attr("lang"));
    document.language = root_language.and_then(|tag| tidy(&tag));
    if let Some(found) = &article {
        document.title = tidy(&found.title).or(document.title);
        document.author = found.byline.as_deref().and_then(tidy);
        document.publisher = found.site_name.as_deref().and_then(tidy);
        document.published = found.published_time.as_deref().and_then(day);
    }
    let mut article = article.map(|found| Article::of(&found.text_content));
    let title = document.title.as_deref().map(self::letters).unwrap_or_default();
    for block in blocks {
        let start = document.text.len();
        document.text.push_str(&block.text);
        let end = document.text.len();
        document.text.push_str("\n\n");
        let own = self::letters(&block.text);
        let is_title = !own.is_empty() && title.starts_with(&own);
        let what = block.aside.or_else(|| {
            if block.is_link && starts_like_a_pointer(&block.text) {
                return Some(Beside::OtherArticle);
            }
            let is_outside = article.as_mut().is_some_and(|article| !article.holds(&own));
            (is_outside && !is_title).then_some(match block.is_link {
                true => Beside::OtherArticle,
                false => Beside::Rest,
            })
        });
        let Some(what) = what.map(Beside::words) else { continue };
        match document.asides.last_mut() {
            Some(last) if last.what == what && last.end + 2 == start => last.end = end,
            _ => document.asides.push(Aside { start, end, what: what.to_owned() }),
        }
    }
    document
}

fn find_article(html: &str) -> Option<dom_smoothie::Article> {
    let config = Config {
        max_elements_to_parse: MAX_ELEMENTS,
        text_mode: TextMode::Formatted,
        ..Config::default()
    };
    let found = Readability::new(html, None, Some(config)).ok()?.parse().ok()?;
    (letters(&found.text_content).chars().count() >= MIN_ARTICLE_CHARS).then_some(found)
}

/// The letters of an article, in which the blocks of its page are looked for.
struct Article {
    letters: String,
    /// Where the last block ended. The next one begins there, as a rule: looking through the whole article for each
    /// would take time that grows with its square.
    at: usize,
}

impl Article {
    fn of(text: &str) -> Article {
        Article { letters: letters(text), at: 0 }
    }

    fn holds(&mut self, block: &str) -> bool {
        let found = match self.letters[self.at..].starts_with(block) {
            true => Some(self.at),
            false => self.letters.find(block),
        };
        self.at = found.map_or(self.at, |start| start + block.len());
        found.is_some()
    }
}

/// A text without its white space, in which parts of it are looked for.
fn letters(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// A paragraph, heading, list item or cell.
struct Block {
    text: String,
    /// What its element says that it is.
    aside: Option<Beside>,
    /// All of its words are a link.
    is_link: bool,
}

/// What stands on a page beside its article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beside {
    Menu,
    Foot,
    Comments,
    OtherArticle,
    Offer,
    Form,
    Hidden,
    Rest,
}

impl Beside {
    fn words(self) -> &'static str {
        match self {
            Beside::Menu => "a menu",
            Beside::Foot => "the foot of the page",
            Beside::Comments => "readers’ comments",
            Beside::OtherArticle => "a link to another article",
            Beside::Offer => "an advertisement or offer",
            Beside::Form => "a form",
            Beside::Hidden => "text that the page does not show",
            Beside::Rest => "what surrounds the article",
        }
    }

    /// What an element is by its name, its role and the names its makers gave it.
    fn of(node: &NodeRef, name: &str) -> Option<Beside> {
        let attr = |name: &str| node.attr(name).map(|value| value.to_lowercase());
        let style = attr("style").unwrap_or_default().replace(' ', "");
        if node.has_attr("hidden")
            || style.contains("display:none")
            || style.contains("visibility:hidden")
        {
            return Some(Beside::Hidden);
        }
        match (name, attr("role").as_deref()) {
            ("nav", _) | (_, Some("navigation" | "menu" | "menubar" | "banner")) => {
                return Some(Beside::Menu);
            }
            ("footer", _) | (_, Some("contentinfo")) => return Some(Beside::Foot),
            ("form" | "button" | "select" | "dialog", _) | (_, Some("dialog" | "search")) => {
                return Some(Beside::Form);
            }
            ("aside", _) | (_, Some("complementary")) => return Some(Beside::Rest),
            ("body" | "html" | "article" | "main", _) => return None,
            _ => {}
        }
        let names =
            format!("{} {}", attr("class").unwrap_or_default(), attr("id").unwrap_or_default());
        let is =
            |word: &&str| names.split(|c: char| !c.is_alphanumeric()).any(|part| part == *word);
        const NAMES: [(Beside, &[&str]); 5] = [
            (Beside::Menu, &["nav", "navbar", "menu", "breadcrumb", "breadcrumbs"]),
            (Beside::Foot, &["footer"]),
            (Beside::Comments, &["comments", "comment", "disqus"]),
            (
                Beside::OtherArticle,
                &["related", "recommended", "recommendations", "readmore", "trending", "teaser"],
            ),
            (
                Beside::Offer,
                &[
                    "ad",
                    "ads",
                    "advert",
                    "advertisement",
                    "promo",
                    "newsletter",
                    "subscribe",
                    "sponsored",
                    "cookie",
                    "cookies",
                    "paywall",
                    "share",
                    "social",
                ],
            ),
        ];
        NAMES.iter().find(|(_, words)| words.iter().any(is)).map(|(what, _)| *what)
    }
}

/// Beginnings of lines that send the reader elsewhere.
fn starts_like_a_pointer(text: &str) -> bool {
    const STARTS: [&str; 12] = [
        "read more",
        "read also",
        "also read",
        "see also",
        "related",
        "more on",
        "recommended",
        "don't miss",
        "don’t miss",
        "watch:",
        "listen:",
        "continue reading",
    ];
    let lower = text.trim_start().to_lowercase();
    STARTS.iter().any(|start| lower.starts_with(start))
}

/// Elements that nothing is read of.
fn is_silent(name: &str) -> bool {
    matches!(
        name,
        "script" | "style" | "noscript" | "template" | "svg" | "head" | "iframe" | "object"
    )
}

/// Elements that words do not run across.
fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "section"
            | "article"
            | "main"
            | "aside"
            | "header"
            | "footer"
            | "nav"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "ul"
            | "ol"
            | "li"
            | "dl"
            | "dt"
            | "dd"
            | "table"
            | "tr"
            | "caption"
            | "thead"
            | "tbody"
            | "tfoot"
            | "blockquote"
            | "pre"
            | "hr"
            | "figure"
            | "figcaption"
            | "address"
            | "details"
            | "summary"
            | "fieldset"
            | "body"
            | "button"
            | "option"
            | "dialog"
    )
}

/// All blocks of a page in the order of their text, and whether its elements are nested too deep.
///
/// The tree is walked without recursion: a hostile page is as deep as it is long.
fn blocks(page: &Page) -> (Vec<Block>, bool) {
    let mut walk = Walk::default();
    let root = page.root();
    let mut next = root.first_child();
    // Of every element that is open: its name, and what it is beside the article.
    let mut open: Vec<(String, Option<Beside>)> = Vec::new();
    let mut deepest = 0;
    while let Some(node) = next {
        let mut enters = None;
        if node.is_text() {
            walk.words(&node.text(), &open);
        } else if let Some(name) = node.node_name().filter(|_| node.is_element()) {
            let name = name.to_string();
            if name == "br" {
                walk.text.push('\n');
            } else if !is_silent(&name) {
                if is_block(&name) {
                    walk.end_block();
                } else if matches!(name.as_str(), "td" | "th") {
                    walk.text.push('\t');
                }
                if let Some(child) = node.first_child() {
                    let inherited = open.last().and_then(|(_, beside)| *beside);
                    open.push((name.clone(), inherited.or_else(|| Beside::of(&node, &name))));
                    deepest = deepest.max(open.len());
                    enters = Some(child);
                }
            }
        }
        let mut at = node;
        next = enters.or_else(|| at.next_sibling());
        while next.is_none() {
            let Some((name, _)) = open.pop() else { break };
            if is_block(&name) {
                walk.end_block();
            }
            let Some(parent) = at.parent() else { break };
            at = parent;
            next = at.next_sibling();
        }
    }
    walk.end_block();
    (walk.blocks, deepest > MAX_DEPTH)
}

#[derive(Default)]
struct Walk {
    blocks: Vec<Block>,
    text: String,
    aside: Option<Beside>,
    n_letters: usize,
    n_linked: usize,
}

impl Walk {
    fn words(&mut self, words: &str, open: &[(String, Option<Beside>)]) {
        let n = words.chars().filter(|c| !c.is_whitespace()).count();
        let near = &open[open.len().saturating_sub(8)..];
        let is_pre = near.iter().any(|(name, _)| name == "pre");
        if n > 0 {
            if self.n_letters == 0 {
                self.aside = open.last().and_then(|(_, beside)| *beside);
            }
            self.n_letters += n;
            if near.iter().any(|(name, _)| name == "a") {
                self.n_linked += n;
            }
        }
        if is_pre {
            self.text.push_str(words);
            return;
        }
        for c in words.chars() {
            let c = if matches!(c, '\n' | '\t' | '\r' | '\u{c}') { ' ' } else { c };
            if c != ' ' || !self.text.ends_with([' ', '\n', '\t']) {
                self.text.push(c);
            }
        }
    }

    fn end_block(&mut self) {
        let text = std::mem::take(&mut self.text);
        let text = text.trim();
        if !text.is_empty() {
            // An empty line within would be the end of a paragraph.
            let lines: Vec<&str> =
                text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
            let is_link = self.n_linked > 0 && self.n_linked == self.n_letters;
            self.blocks.push(Block { text: lines.join("\n"), aside: self.aside, is_link });
        }
        (self.aside, self.n_letters, self.n_linked) = (None, 0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<!DOCTYPE html><html lang="en-GB"><head><title>Pilots will not give in | The Elm Post</title>
<meta property="og:site_name" content="The Elm Post"><meta name="author" content="Ann Öberg">
<meta property="article:published_time" content="2019-05-04T08:00:00Z">
<script>var hidden = "not a word of this";</script></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/sea">Sea</a></li></ul></nav>
<article><h1>Pilots will not give in</h1>
<p>The harbour of Port Elm was closed on Friday, after forty-one of the sixty pilots had refused to work, and
nobody on the quay could say when <em>the first ship</em> would be let in again.</p>
<p>“We will not give in,” said their speaker; the offer of the company, a little more pay and not a word about
rest, was called a joke by the men and women who had gathered in front of the office since the early morning.</p>
<p><a href="/other">Read more: Grain prices fall to a new low</a></p>
<p>The ministry has figures of its own, which tell another story: of all the ships that called at the harbour
in the first half of the year, every sixth waited for more than a day, three times as many as before.</p>
<p style="display: none">A sentence for machines only.</p>
</article>
<div class="related"><h3>More from us</h3><p><a href="/x">Captain found after storm</a></p></div>
<div id="comments"><p>I do not believe a word of it.</p></div>
<footer><p>© The Elm Post</p></footer></body></html>"#;

    fn aside(document: &Document, words: &str) -> Option<String> {
        let at = document
            .text
            .find(words)
            .unwrap_or_else(|| panic!("{words} is not in {}", document.text));
        document
            .asides
            .iter()
            .find(|aside| aside.start <= at && at < aside.end)
            .map(|aside| aside.what.clone())
    }

    #[test]
    fn the_article_is_told_from_the_rest_of_its_page() {
        let document = read_bytes(PAGE.as_bytes()).unwrap();
        assert_eq!(document.remarks, Vec::<String>::new());
        assert!(document.title.as_deref().unwrap().starts_with("Pilots will not give in"));
        assert_eq!(document.author.as_deref(), Some("Ann Öberg"));
        assert_eq!(document.publisher.as_deref(), Some("The Elm Post"));
        assert_eq!(document.published, Some(jiff::civil::date(2019, 5, 4)));
        assert_eq!(document.language.as_deref(), Some("en-GB"));
        for words in [
            "The harbour of Port Elm",
            "nobody on the quay could say when the first ship would",
            "We will not give in",
            "every sixth waited",
            "Pilots will not give in",
        ] {
            assert_eq!(aside(&document, words), None, "{words}");
        }
        let told = |words: &str| aside(&document, words).unwrap_or_default();
        assert_eq!(told("Home"), "a menu");
        assert_eq!(told("Grain prices fall"), "a link to another article");
        assert_eq!(told("Captain found"), "a link to another article");
        assert_eq!(told("I do not believe"), "readers’ comments");
        assert_eq!(told("© The Elm Post"), "the foot of the page");
        assert_eq!(told("for machines only"), "text that the page does not show");
        assert!(!document.text.contains("not a word of this"));
    }

    #[test]
    fn blocks_are_found_in_the_article_in_any_order() {
        let mut article = Article::of("One. Two. Three. One.");
        for (block, is_there) in [
            ("One.", true),
            ("Menu", false),
            ("Two.", true),
            ("One.", true),
            ("Three.One.", true),
            ("", true),
        ] {
            assert_eq!(article.holds(block), is_there, "{block}");
        }
    }

    #[test]
    fn encodings_are_those_that_the_page_names_if_it_can_be_so() {
        let page = "<html><head><meta charset=windows-1251></head><body><p>Президент сказал, что войска не \
                    войдут в страну, и это его последнее слово.</p></body></html>";
        let (bytes, ..) = encoding_rs::WINDOWS_1251.encode(page);
        let document = read_bytes(&bytes).unwrap();
        assert!(document.text.contains("Президент сказал"));
        let lying = page.replace("windows-1251", "utf-8");
        let (bytes, ..) = encoding_rs::WINDOWS_1251.encode(&lying);
        let document = read_bytes(&bytes).unwrap();
        assert!(document.text.contains("Президент сказал"));
        assert!(
            document.remarks[0].contains("it was read as windows-1251"),
            "{:?}",
            document.remarks
        );
    }

    #[test]
    fn hostile_pages_are_read_or_refused_in_little_time() {
        let deep = format!("{}words{}", "<div>".repeat(2_000), "</div>".repeat(2_000));
        let document = read_bytes(deep.as_bytes()).unwrap();
        assert_eq!(document.text.trim(), "words");
        assert!(document.remarks[0].contains("nested too deep"));
        let entities = "&amp;".repeat(20_000);
        assert!(read_bytes(entities.as_bytes()).unwrap().text.len() >= 20_000);
        assert!(read_bytes(b"<html><body><p>  </p></body></html>").is_err());
        let unclosed = "<table><tr><td><a href=\"".repeat(100);
        let _ = read_bytes(unclosed.as_bytes());
    }
}
