use serde_json::Value;

/// The query with what stands between backticks and is no JSON as the text it is: `` `running` `` becomes
/// `` `"running"` ``. The AWS CLI takes it so, and half of what is written about it.
pub(super) fn normal(text: &str) -> String {
    let mut normal = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['"', '\'', '`']) {
        let (before, quoted) = rest.split_at(at);
        normal.push_str(before);
        let Some(end) = end_of(quoted) else {
            normal.push_str(quoted);
            return normal;
        };
        let (quoted, after) = quoted.split_at(end);
        match quoted.strip_prefix('`').and_then(|inner| inner.strip_suffix('`')) {
            Some(inner) => literal(inner, &mut normal),
            None => normal.push_str(quoted),
        }
        rest = after;
    }
    normal.push_str(rest);
    normal
}

/// Where what begins with a quotation mark ends, the mark at its end included.
fn end_of(quoted: &str) -> Option<usize> {
    let mut chars = quoted.char_indices();
    let (_, mark) = chars.next()?;
    while let Some((at, c)) = chars.next() {
        if c == mark {
            return Some(at + c.len_utf8());
        }
        if c == '\\' {
            chars.next();
        }
    }
    None
}

fn literal(inner: &str, normal: &mut String) {
    normal.push('`');
    let json = inner.replace("\\`", "`");
    if serde_json::from_str::<Value>(&json).is_ok() {
        normal.push_str(inner);
    } else {
        normal.push_str(&Value::from(json.trim_start()).to_string().replace('`', "\\`"));
    }
    normal.push('`');
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn only_what_is_no_json_becomes_text() {
        for (written, read) in [
            ("a[?b==`c`]", r#"a[?b==`"c"`]"#),
            (r#"`"c"` `1` `null` `{"a": [1]}` `tru`"#, r#"`"c"` `1` `null` `{"a": [1]}` `"tru"`"#),
            ("'`a`' \"`b`\"", "'`a`' \"`b`\""),
            (r"'it\'s `x`' `y`", r#"'it\'s `x`' `"y"`"#),
            (r"`a\`b`", r#"`"a\`b"`"#),
            (r"`é`", r#"`"é"`"#),
            ("`", "`"),
            ("'open `a`", "'open `a`"),
            ("", ""),
        ] {
            assert_eq!(normal(written), read, "{written}");
        }
    }
}
