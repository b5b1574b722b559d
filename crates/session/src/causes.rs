//! Errors, and what caused them.

use std::error::Error;

/// The error, then what caused it, then what caused that.
pub(crate) fn of<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let error = next?;
        // An I/O error hides what it was made of: its source is that error's source.
        let within = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        next = match within {
            Some(within) => Some(within),
            None => error.source(),
        };
        Some(error)
    })
}

pub(crate) fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    of(error).find_map(|error| error.downcast_ref())
}

pub(crate) fn has<T: Error + 'static>(error: &(dyn Error + 'static)) -> bool {
    find::<T>(error).is_some()
}

/// What an error and those below it say, without saying anything twice.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut said: Vec<String> = Vec::new();
    for error in of(error) {
        let text = error.to_string();
        // The upper ones only name the stage; some repeat the one below.
        let is_stage = ["dispatch failure", "service error", "other", "unhandled error", "response error"]
            .contains(&text.as_str());
        if !is_stage && !said.iter().any(|before| before.contains(&text)) {
            said.push(text);
        }
    }
    said.join(": ")
}
