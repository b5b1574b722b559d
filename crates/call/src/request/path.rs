use std::fmt::Write as _;

/// Longer keys and unknown names are cut in messages.
const MAX_NAME: usize = 64;

/// Where in an input the validation is.
#[derive(Debug, Default)]
pub(super) struct Path<'a>(Vec<Step<'a>>);

#[derive(Debug, Clone, Copy)]
pub(super) enum Step<'a> {
    /// A member of a structure.
    Member(&'a str),
    /// An element of a list.
    Index(usize),
    /// The value of a map's key.
    Key(&'a str),
}

impl<'a> Path<'a> {
    pub(super) fn push(&mut self, step: Step<'a>) {
        self.0.push(step);
    }

    pub(super) fn pop(&mut self) {
        self.0.pop();
    }

    pub(super) fn depth(&self) -> usize {
        self.0.len()
    }

    /// `Filters[0].Values`, `Attributes["DelaySeconds"]`.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for step in &self.0 {
            match step {
                Step::Member(name) => {
                    if !text.is_empty() {
                        text.push('.');
                    }
                    shorten(name, &mut text);
                }
                Step::Index(index) => {
                    // Writing to a string cannot fail.
                    let _ = write!(text, "[{index}]");
                }
                Step::Key(key) => {
                    text.push_str("[\"");
                    shorten(key, &mut text);
                    text.push_str("\"]");
                }
            }
        }
        text
    }
}

/// Adds a name from outside: cut, and with what a terminal would act on escaped.
fn shorten(name: &str, text: &mut String) {
    text.extend(name.chars().take(MAX_NAME).flat_map(char::escape_debug));
    if name.chars().nth(MAX_NAME).is_some() {
        text.push('…');
    }
}
