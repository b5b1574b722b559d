//! Page tokens.

use crate::seed::Seed;

/// Makes and reads the page tokens of one listing.
///
/// A token says nothing to its reader and is worth nothing elsewhere: it is bound to the world and to the
/// listing (operation, account, region, filters) it was made for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pages(Seed);

impl Pages {
    /// The pages of the listing that `listing` names.
    pub(crate) fn of(world: Seed, listing: &[&str]) -> Self {
        Self(listing.iter().fold(world.text("page"), |path, part| path.text(part)))
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
        let start = match token {
            None => 0,
            Some(token) => self.read(token).filter(|start| *start < total)?,
        };
        let end = total.min(start.saturating_add(size));
        Some((start..end, (end < total).then(|| self.write(end))))
    }

    fn write(self, start: usize) -> String {
        let check = self.0.number(start as u64).value();
        format!("{:016x}{check:016x}", start as u64 ^ check.rotate_left(23))
    }

    fn read(self, token: &str) -> Option<usize> {
        let half = |range| u64::from_str_radix(token.get(range)?, 16).ok();
        let check = half(16..32)?;
        let start = half(0..16)? ^ check.rotate_left(23);
        let start = usize::try_from(start).ok()?;
        (self.write(start) == token).then_some(start)
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
