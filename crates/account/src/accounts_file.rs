//! Lists of accounts as people keep them: one a line, or the first column of a table.

use std::fmt;

use crate::ParseSelectionError;
use crate::matchers::account_text;

/// A line that names no account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// Its number, from 1.
    pub number: usize,
    /// What is wrong with it, and what to do.
    pub problem: String,
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.number, self.problem)
    }
}

/// What stands over a column of accounts, in lower case and without anything but letters.
const HEADINGS: [&str; 6] = ["account", "accounts", "id", "accountid", "awsaccountid", "accountnumber"];

/// The accounts in a text: ids or names with `*` and `?`, one a line.
///
/// Empty lines and lines that begin with `#` are passed over, and so is what follows ` #`. Of lines with commas,
/// semicolons or tabs the first column counts; a name with any of those, or with ` #`, stands in double quotes.
/// The heading of a table is known by its words.
///
/// # Errors
///
/// [`ParseSelectionError::Lines`] with every line that is wrong.
pub(crate) fn accounts(text: &str) -> Result<Vec<String>, ParseSelectionError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (mut accounts, mut bad, mut is_first) = (Vec::new(), Vec::new(), true);
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let read = first_column(line).and_then(|account| {
            let is_heading = std::mem::take(&mut is_first) && is_heading(&account);
            if is_heading { Ok(None) } else { check(&account).map(|()| Some(account)) }
        });
        match read {
            Ok(account) => accounts.extend(account),
            Err(problem) => bad.push(BadLine { number: index + 1, problem }),
        }
    }
    if bad.is_empty() { Ok(accounts) } else { Err(ParseSelectionError::Lines(bad)) }
}

/// What stands in the first column, without its quotes.
fn first_column(line: &str) -> Result<String, String> {
    let Some(quoted) = line.strip_prefix('"') else {
        let column = line.split([',', ';', '\t']).next().unwrap_or_default();
        let column = column.split_once(" #").map_or(column, |(column, _)| column);
        return Ok(column.trim().to_owned());
    };
    let mut column = String::new();
    let mut rest = quoted.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' if rest.next_if_eq(&'"').is_some() => column.push('"'),
            '"' => {
                let after: String = rest.collect();
                let after = after.trim_start();
                let is_end = after.is_empty() || after.starts_with([',', ';', '\t', '#']);
                return if is_end { Ok(column) } else { Err("there is text after the closing quote".into()) };
            }
            c => column.push(c),
        }
    }
    Err("a quote is opened and not closed".to_owned())
}

fn is_heading(column: &str) -> bool {
    let letters: String = column.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    HEADINGS.contains(&letters.as_str()) && !column.chars().any(|c| c.is_ascii_digit())
}

fn check(account: &str) -> Result<(), String> {
    if account.is_empty() {
        return Err("the first column is empty".to_owned());
    }
    if account.chars().any(char::is_control) {
        return Err("there are control characters in it: is this a text file?".to_owned());
    }
    if is_spreadsheet_number(account) {
        return Err(format!(
            "`{account}` is an id that a spreadsheet took for a number and has lost digits: format the column as text"
        ));
    }
    account_text(account).map(|_| ()).map_err(|error| error.to_string())
}

/// Such as `1.11122E+11`.
fn is_spreadsheet_number(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once("E+") else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits(exponent) && mantissa.split(['.', ',']).all(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bad(text: &str) -> Vec<(usize, String)> {
        let Err(ParseSelectionError::Lines(lines)) = accounts(text) else { panic!("{text:?} was read") };
        lines.into_iter().map(|line| (line.number, line.problem)).collect()
    }

    #[test]
    fn ids_and_names_stand_one_a_line_among_comments() {
        let text = "\u{feff}# all\r\n012345678901\r\n\n  prod-*  # the shops\n\"a, b # c\"\n  # end\nx";
        assert_eq!(accounts(text).unwrap(), ["012345678901", "prod-*", "a, b # c", "x"]);
        assert!(accounts("").unwrap().is_empty());
    }

    #[test]
    fn of_a_table_the_first_column_counts_and_its_heading_does_not() {
        for heading in ["account_id,name", "\"Account ID\";Name", "Id\tx", "AWS Account Id", "Account"] {
            let text = format!("{heading}\n012345678901,shop\n\"000000000002\";\"x\"\n000000000003\ty\n");
            assert_eq!(
                accounts(&text).unwrap(),
                ["012345678901", "000000000002", "000000000003"],
                "{heading}"
            );
        }
        assert_eq!(accounts("account\naccount").unwrap(), ["account"], "only the first line is a heading");
        assert_eq!(accounts("\"say \"\"hi\"\"\",x").unwrap(), ["say \"hi\""]);
    }

    #[test]
    fn every_bad_line_is_told_with_its_number() {
        let text = "012345678901\n12345678901\n\n,x\n1.11122E+11\n\"open\n\"a\"b\n1234567890123\na\u{0}b\nok";
        let bad = bad(text);
        assert_eq!(bad.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [2, 4, 5, 6, 7, 8, 9]);
        for (at, word) in [
            (0, "leading zeros"),
            (1, "empty"),
            (2, "spreadsheet"),
            (3, "not closed"),
            (4, "closing quote"),
            (6, "control"),
        ] {
            assert!(bad[at].1.contains(word), "{:?}", bad[at]);
        }
        let told = accounts(text).unwrap_err().to_string();
        assert!(told.starts_with("line 2: `12345678901`") && told.contains("; line 9: "), "{told}");
    }
}
