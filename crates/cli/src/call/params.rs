use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde_json::{Map, Value};

use crate::stop::Stop;

/// The longest parameters there may be, in bytes.
const LONGEST: u64 = 64 << 20;

/// The parameters of a call: JSON, or the name of a file of it behind `@`; none are an empty object.
pub(crate) fn read(given: Option<&str>) -> Result<Value, Stop> {
    let Some(given) = given else { return Ok(Value::Object(Map::new())) };
    let (what, text) = match given.strip_prefix('@') {
        Some(path) => (format!("--params @{path}"), file(Path::new(path))?),
        None => ("--params".to_owned(), given.as_bytes().to_vec()),
    };
    let wrong = |what: String| {
        Stop::usage(what).next_step("write JSON such as '{\"MaxResults\": 50}', or @FILE for a file of it")
    };
    let value =
        serde_json::from_slice(&text).map_err(|error| wrong(format!("{what} is not JSON: {error}")))?;
    match value {
        Value::Object(_) => Ok(value),
        _ => Err(wrong(format!("{what} is not an object of parameters and their values"))),
    }
}

fn file(path: &Path) -> Result<Vec<u8>, Stop> {
    let wrong = |error: String| Stop::usage(format!("--params @{}: {error}", path.display()));
    let file = File::open(path).map_err(|error| wrong(error.to_string()))?;
    let mut text = Vec::new();
    file.take(LONGEST + 1).read_to_end(&mut text).map_err(|error| wrong(error.to_string()))?;
    if text.len() as u64 > LONGEST {
        return Err(wrong("it is longer than 64 MiB".to_owned()));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn parameters_are_an_object() {
        assert_eq!(read(None).unwrap(), json!({}));
        assert_eq!(read(Some(" {\"A\": [1, null]} ")).unwrap(), json!({"A": [1, null]}));
        let deep = format!("{{\"A\": {}{}}}", "[".repeat(10_000), "]".repeat(10_000));
        for bad in ["", "[]", "null", "{\"A\"}", "{'A': 1}", "@/nowhere/at/all", "@", deep.as_str()] {
            assert!(read(Some(bad)).is_err(), "{bad}");
        }
    }
}
