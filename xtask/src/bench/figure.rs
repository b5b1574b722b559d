//! Figures as the programs print them, a line of JSON each, and the table made of them.

use anyhow::{Context as _, Result};
use serde::Deserialize;

/// Something measured, and what it is meant to be.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub(super) struct Figure {
    pub(super) what: String,
    pub(super) value: f64,
    pub(super) unit: String,
    pub(super) at_most: Option<f64>,
    pub(super) at_least: Option<f64>,
}

impl Figure {
    fn goal(&self) -> String {
        let goal = match (self.at_most, self.at_least) {
            (Some(bound), _) => format!("≤ {}", self.shown(bound)),
            (None, Some(bound)) => format!("≥ {}", self.shown(bound)),
            (None, None) => return String::new(),
        };
        if self.is_missed() { format!("{goal} MISSED") } else { goal }
    }

    fn is_missed(&self) -> bool {
        self.at_most.is_some_and(|bound| self.value > bound)
            || self.at_least.is_some_and(|bound| self.value < bound)
    }

    /// Whole numbers as they are, and of others as many digits as are worth reading.
    fn shown(&self, value: f64) -> String {
        let number = match value {
            whole if whole.fract() == 0.0 => format!("{whole:.0}"),
            big if big >= 100.0 => format!("{big:.0}"),
            small => format!("{small:.2}"),
        };
        if self.unit.is_empty() { number } else { format!("{number} {}", self.unit) }
    }
}

/// Reads what a program printed.
pub(super) fn parse(printed: &str) -> Result<Vec<Figure>> {
    let read = |line: &str| serde_json::from_str(line).with_context(|| format!("{line:?} is not a figure"));
    printed.lines().map(read).collect()
}

/// The figures in Markdown.
pub(super) fn table(figures: &[Figure]) -> String {
    let rows = figures.iter().map(|figure| [figure.what.clone(), figure.shown(figure.value), figure.goal()]);
    markdown(["what", "measured", "goal"], rows)
}

/// A table that is aligned for those who read it unrendered.
pub(super) fn markdown<const N: usize>(head: [&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let rule = std::array::from_fn(|_| String::from("---"));
    let rows: Vec<[String; N]> = [head.map(str::to_owned), rule].into_iter().chain(rows).collect();
    let widths: [usize; N] =
        std::array::from_fn(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0));
    let mut text = String::new();
    for row in rows {
        for (cell, width) in row.iter().zip(widths) {
            text.push_str(&format!("| {cell:width$} "));
        }
        text.push_str("|\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_is_missed_on_its_own_side_only() {
        let printed = r#"{"what":"a","value":2.5,"unit":"ns","at_most":2}
            {"what":"b","value":2.5,"unit":"ns","at_most":2.5}
            {"what":"c","value":98.994,"unit":"%","at_least":99}
            {"what":"d","value":99,"unit":"%","at_least":99}
            {"what":"e","value":1367,"unit":""}"#;
        let table = table(&parse(printed).unwrap());
        let expected = "\
            | what | measured | goal          |\n\
            | ---  | ---      | ---           |\n\
            | a    | 2.50 ns  | ≤ 2 ns MISSED |\n\
            | b    | 2.50 ns  | ≤ 2.50 ns     |\n\
            | c    | 98.99 %  | ≥ 99 % MISSED |\n\
            | d    | 99 %     | ≥ 99 %        |\n\
            | e    | 1367     |               |\n";
        assert_eq!(table, expected);
    }

    #[test]
    fn a_line_that_is_no_figure_is_an_error() {
        for wrong in ["hello", r#"{"what":"a","unit":""}"#, r#"{"what":"a","value":1,"unit":"","atmost":2}"#]
        {
            assert!(parse(wrong).unwrap_err().to_string().ends_with("is not a figure"), "{wrong}");
        }
    }
}
