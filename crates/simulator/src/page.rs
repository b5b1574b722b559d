//! Page tokens.

use crate::seed::Seed;

/// Makes and reads the page tokens of one listing.
///
/// A token says nothing to its reader and is worth nothing elsewhere: it is bound to the world and to the
/// listing (operation, account, region, filters) it was made for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pages {
    listing: Seed,
    empty_pages: bool,
}

impl Pages {
    /// The pages of the listing that `listing` names.
    pub(crate) fn of(world: Seed, listing: &[&str]) -> Self {
        let listing = listing.iter().fold(world.text("page"), |path, part| path.text(part));
        Self { listing, empty_pages: false }
    }

    /// Puts an empty page before every third other one, if told to.
    pub(crate) fn with_empty_pages(self, empty_pages: bool) -> Self {
        Self { empty_pages, ..self }
    }

    /// Cuts a page of at most `size` out of `total` items, from where `token` says or from the first.
    ///
    /// Returns the range of items and the token of the next page if there is one, or nothing when the token
    /// is not one of this listing.
    pub(crate) fn cut(
        self,
        total: usize,
        size: usize,
        token: Option<&str>,
    ) -> Option<(std::ops::Range<usize>, Option<String>)> {
        let (start, was_empty) = match token {
            None => (0, false),
            Some(token) => self.read(token).filter(|(start, was_empty)| *start < total || *was_empty)?,
        };
        let is_third = || self.listing.text("empty").number(start as u64).value().is_multiple_of(3);
        if self.empty_pages && !was_empty && is_third() {
            return Some((start..start, Some(self.write(start, true))));
        }
        let end = total.min(start.saturating_add(size));
        Some((start..end, (end < total).then(|| self.write(end, false))))
    }

    /// A token for the items from `start`, and whether the page before it was an empty one.
    fn write(self, start: usize, was_empty: bool) -> String {
        let place = 2 * start as u64 + u64::from(was_empty);
        let check = self.listing.number(place).value();
        format!("{:016x}{check:016x}", place ^ check.rotate_left(23))
    }

    fn read(self, token: &str) -> Option<(usize, bool)> {
        let half = |range| u64::from_str_radix(token.get(range)?, 16).ok();
        let check = half(16..32)?;
        let place = half(0..16)? ^ check.rotate_left(23);
        let (start, was_empty) = (usize::try_from(place / 2).ok()?, place % 2 == 1);
        (self.write(start, was_empty) == token).then_some((start, was_empty))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_cover_everything_once() {
        let pages = Pages::of(Seed::new(1), &["list", "one"]);
        for size in [1, 5, 7, 22, 23, 1_000] {
            let (mut seen, mut token) = (Vec::new(), None);
            loop {
                let (range, next) = pages.cut(23, size, token.as_deref()).unwrap();
                seen.extend(range);
                token = next;
                if token.is_none() {
                    break;
                }
            }
            assert_eq!(seen, (0..23).collect::<Vec<_>>(), "size {size}");
        }
    }

    #[test]
    fn empty_pages_are_never_two_in_a_row_and_hide_nothing() {
        for total in [0, 1, 23, 400] {
            let pages = Pages::of(Seed::new(1), &["list"]).with_empty_pages(true);
            let (mut seen, mut token, mut empty, mut before) = (Vec::new(), None, 0, false);
            loop {
                let (range, next) = pages.cut(total, 2, token.as_deref()).unwrap();
                assert!(!(before && range.is_empty() && total > 0));
                before = range.is_empty();
                empty += usize::from(before);
                seen.extend(range);
                token = next;
                if token.is_none() {
                    break;
                }
            }
            assert_eq!(seen, (0..total).collect::<Vec<_>>());
            assert!(total < 400 || (40..100).contains(&empty), "{empty} of 200");
        }
    }

    #[test]
    fn a_token_is_worth_nothing_in_another_listing() {
        let token = Pages::of(Seed::new(1), &["list", "one"]).cut(10, 5, None).unwrap().1.unwrap();
        assert!(Pages::of(Seed::new(1), &["list", "two"]).cut(10, 5, Some(&token)).is_none());
        assert!(Pages::of(Seed::new(2), &["list", "one"]).cut(10, 5, Some(&token)).is_none());
    }

    #[test]
    fn what_is_no_token_is_refused() {
        let pages = Pages::of(Seed::new(1), &["list"]);
        let genuine = pages.cut(10, 5, None).unwrap().1.unwrap();
        let mut changed = genuine.clone();
        changed.replace_range(0..1, if genuine.starts_with('0') { "1" } else { "0" });
        for token in ["", "5", "ééééééééééééééééé", &changed, &genuine.to_uppercase(), &format!("{genuine}0")]
        {
            assert!(token == genuine || pages.cut(10, 5, Some(token)).is_none(), "{token}");
        }
    }

    #[test]
    fn an_empty_listing_is_one_empty_page() {
        assert_eq!(Pages::of(Seed::new(1), &["list"]).cut(0, 5, None), Some((0..0, None)));
    }
}
