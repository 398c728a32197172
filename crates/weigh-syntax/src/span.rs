//! Places in text: which file, which bytes, and what a person calls that line and column.

use serde::Serialize;

/// One of the texts that make up an assessment, by its position in [`Files`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
pub struct FileId(pub u32);

/// A stretch of one file, in bytes: `start..end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
pub struct Span {
    /// The file that the bytes are in.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The stretch `start..end` of `file`.
    pub fn new(file: FileId, start: u32, end: u32) -> Self {
        Span { file, start, end }
    }

    /// The smallest stretch that holds both; of two files, the first one's.
    pub fn to(self, other: Span) -> Span {
        if self.file != other.file {
            return self;
        }
        Span::new(self.file, self.start.min(other.start), self.end.max(other.end))
    }
}

/// A line and a column as a person counts them: both from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1, in characters (not bytes).
    pub column: u32,
}

/// A text with its name and the starts of its lines.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// The name under which it was asked for.
    pub path: String,
    /// The whole text.
    pub text: String,
    line_starts: Vec<u32>,
}

impl SourceFile {
    /// Indexes `text` by line.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let mut line_starts = vec![0];
        line_starts.extend(
            text.bytes().enumerate().filter(|&(_, b)| b == b'\n').map(|(ix, _)| ix as u32 + 1),
        );
        SourceFile { path: path.into(), text, line_starts }
    }

    /// The line and column of a byte; a byte past the end counts as the end.
    ///
    /// ```
    /// # use weigh_syntax::span::SourceFile;
    /// let file = SourceFile::new("a.weigh", "reason Łuk\n  odds x 2\n");
    /// let place = file.line_column(11); // the byte after `Łuk`, which is 4 bytes long
    /// assert_eq!((place.line, place.column), (1, 11));
    /// ```
    pub fn line_column(&self, byte: u32) -> LineColumn {
        let mut byte = (byte as usize).min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        let line_ix = self.line_starts.partition_point(|&start| start as usize <= byte) - 1;
        let start = self.line_starts[line_ix] as usize;
        let column = self.text[start..byte].chars().count() as u32 + 1;
        LineColumn { line: line_ix as u32 + 1, column }
    }

    /// The text of a line (from 1), without its line break; empty if there is no such line.
    pub fn line(&self, line: u32) -> &str {
        let ix = (line as usize).saturating_sub(1);
        let Some(&start) = self.line_starts.get(ix) else { return "" };
        let end = self.line_starts.get(ix + 1).map_or(self.text.len(), |&next| next as usize);
        self.text[start as usize..end].trim_end_matches(['\n', '\r'])
    }

    /// How many lines there are.
    pub fn n_lines(&self) -> usize {
        self.line_starts.len()
    }
}

/// All texts of one assessment; the first is the one that was asked for.
#[derive(Debug, Clone, Default)]
pub struct Files {
    files: Vec<SourceFile>,
}

impl Files {
    /// Takes in a text.
    pub fn add(&mut self, file: SourceFile) -> FileId {
        self.files.push(file);
        FileId(self.files.len() as u32 - 1)
    }

    /// The text behind an id that [`Files::add`] gave.
    pub fn get(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// All texts, in the order they were taken in.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files.iter().enumerate().map(|(ix, file)| (FileId(ix as u32), file))
    }

    /// The words at a span.
    pub fn slice(&self, span: Span) -> &str {
        self.get(span.file).text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// Line and column of a span's start.
    pub fn line_column(&self, span: Span) -> LineColumn {
        self.get(span.file).line_column(span.start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_not_bytes() {
        let file = SourceFile::new("x", "a\nŁódź = 5\n");
        let place = file.line_column(2 + "Łódź ".len() as u32);
        assert_eq!(place, LineColumn { line: 2, column: 6 });
    }

    #[test]
    fn a_byte_inside_a_character_and_past_the_end_have_a_place() {
        let file = SourceFile::new("x", "Ł");
        assert_eq!(file.line_column(1), LineColumn { line: 1, column: 1 });
        assert_eq!(file.line_column(99), LineColumn { line: 1, column: 2 });
    }

    #[test]
    fn lines_lose_their_breaks() {
        let file = SourceFile::new("x", "one\r\ntwo");
        assert_eq!((file.line(1), file.line(2), file.line(3)), ("one", "two", ""));
    }
}
