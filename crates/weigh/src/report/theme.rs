//! Themes: other colours and letters for a page, as values of the variables of its style sheet.

/// The style sheet that every page carries; its first rule names the variables.
const STYLE: &str = include_str!("style.css");

/// Values for some variables, for light screens and paper, and for dark screens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Theme {
    light: Vec<(String, String)>,
    dark: Vec<(String, String)>,
}

/// Why a theme cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemeFault {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
    /// What to type instead.
    pub hint: String,
}

impl Theme {
    /// Reads lines of `--variable: value;`; those after a line `dark:` are for dark screens. `#` at the start of a line
    /// begins a comment.
    ///
    /// # Errors
    /// The first line that is not one of these.
    ///
    /// ```
    /// use weigh::report::Theme;
    /// let theme = Theme::read("--accent: #7a1f1f;\ndark:\n--accent: #e08a8a;\n").unwrap();
    /// let page = theme.put_on("<head></head>");
    /// assert!(page.contains(":root{--accent:#7a1f1f;}"));
    /// assert_eq!(Theme::read("--accent: url(http://example.org)").unwrap_err().line, 1);
    /// ```
    pub fn read(text: &str) -> Result<Theme, ThemeFault> {
        let mut theme = Theme::default();
        let mut is_dark = false;
        for (ix, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if line == "dark:" {
                is_dark = true;
                continue;
            }
            let fault = |message: String, hint: String| ThemeFault { line: ix + 1, message, hint };
            let Some((name, value)) = line.trim_end_matches(';').split_once(':') else {
                let hint = "write `--accent: #1b4f82;`".to_owned();
                return Err(fault(format!("`{line}` is no value of a variable"), hint));
            };
            let (name, value) = (name.trim(), value.trim());
            if !variables().any(|known| known == name) {
                let hint = format!("variables are {}", variables().collect::<Vec<_>>().join(", "));
                return Err(fault(format!("there is no variable `{name}`"), hint));
            }
            // Nothing that ends the rule, begins another or asks for a file.
            let is_plain = |c: char| c.is_ascii_alphanumeric() || "#%.,-() \"'".contains(c);
            let asks = value.to_ascii_lowercase();
            let asks =
                ["url", "image", "src", "var", "attr", "env"].iter().any(|it| asks.contains(it));
            if value.is_empty() || asks || !value.chars().all(is_plain) || !is_closed(value) {
                let hint = "write a colour such as `#1b4f82`, or names of fonts".to_owned();
                return Err(fault(format!("`{value}` is no value for `{name}`"), hint));
            }
            let part = if is_dark { &mut theme.dark } else { &mut theme.light };
            part.push((name.to_owned(), value.to_owned()));
        }
        Ok(theme)
    }

    /// The page with it: after its own style sheet, so that it wins; on paper the light one holds.
    pub fn put_on(&self, page: &str) -> String {
        let rule = |values: &[(String, String)]| {
            let values = values.iter().map(|(name, value)| format!("{name}:{value};"));
            format!(":root{{{}}}", values.collect::<String>())
        };
        let style = format!(
            "<style>{}@media screen and (prefers-color-scheme:dark){{{}}}</style>",
            rule(&self.light),
            rule(&self.dark),
        );
        page.replacen("</head>", &format!("{style}</head>"), 1)
    }
}

/// The variables of the style sheet's first rule.
fn variables() -> impl Iterator<Item = &'static str> {
    let rule = STYLE.split('}').next().unwrap_or_default();
    rule.split([';', '{']).filter_map(|part| {
        let name = part.trim().split(':').next()?;
        name.starts_with("--").then_some(name)
    })
}

/// Whether every bracket and every quotation mark is closed.
fn is_closed(value: &str) -> bool {
    let mut depth = 0i32;
    for c in value.chars() {
        depth += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        if depth < 0 {
            return false;
        }
    }
    depth == 0 && ['"', '\''].iter().all(|mark| value.matches(*mark).count() % 2 == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_variable_of_the_page_can_be_set() {
        let all: Vec<&str> = variables().collect();
        assert!(
            all.contains(&"--paper") && all.contains(&"--against-2") && all.contains(&"--mono")
        );
        let text: String = all.iter().map(|name| format!("{name}: rgb(1, 2, 3);\n")).collect();
        assert_eq!(Theme::read(&text).unwrap().light.len(), all.len());
    }

    #[test]
    fn nothing_gets_out_of_a_value() {
        for bad in [
            "--accent: red; } body { display: none",
            "--accent: </style><script>",
            "--accent: url(x)",
            "--accent: \"red",
            "--accent: rgb(1",
            "--accent: )(",
            "--accent:",
            "--accent: \\75rl(x)",
            "color: red",
            "--nothing: red",
            "@import 'x'",
        ] {
            let fault = Theme::read(&format!("# a theme\n{bad}\n")).unwrap_err();
            assert_eq!(fault.line, 2, "{bad}");
            assert!(!fault.message.is_empty() && !fault.hint.is_empty());
        }
    }
}
