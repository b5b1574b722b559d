//! Page tokens.

use crate::seed::Seed;

/// What a fault does to a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Twist {
    /// Every page but the first has the token it was asked for with.
    SameToken,
    /// Two tokens in turn, without an end.
    TokenCycle,
    /// So many empty pages come first.
    EmptyPages(u32),
    /// A token without text in place of none.
    EmptyToken,
    /// The last page comes twice.
    RepeatedPage,
}

/// Makes and reads the page tokens of one listing.
///
/// A token says nothing to its reader and is worth nothing elsewhere: it is bound to the world and to the
/// listing (operation, account, region, filters) it was made for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pages {
    listing: Seed,
    empty_pages: bool,
    largest: usize,
    twist: Option<Twist>,
}

/// Where a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    start: usize,
    /// How many empty pages there were here before it, or one of the marks below.
    step: u32,
}

/// Bits of a token for [`Place::step`]: more than the empty pages there may be.
const STEP_BITS: u32 = 24;
/// Marks what follows this token as the last page, for the second time.
const AGAIN: u32 = (1 << STEP_BITS) - 1;
/// Mark the two tokens of a cycle.
const CYCLE: [u32; 2] = [AGAIN - 1, AGAIN - 2];

impl Pages {
    /// The pages of the listing that `listing` names.
    pub(crate) fn of(world: Seed, listing: &[&str]) -> Self {
        let listing = listing.iter().fold(world.text("page"), |path, part| path.text(part));
        Self { listing, empty_pages: false, largest: usize::MAX, twist: None }
    }

    /// Puts an empty page before every third other one, if told to.
    pub(crate) fn with_empty_pages(self, empty_pages: bool) -> Self {
        Self { empty_pages, ..self }
    }

    /// Puts at most so many items on a page, whatever is asked for.
    pub(crate) fn at_most(self, largest: usize) -> Self {
        Self { largest, ..self }
    }

    /// Does to it what a fault does.
    pub(crate) fn twisted(self, twist: Option<Twist>) -> Self {
        Self { twist, ..self }
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
        let Place { start, step } = match token {
            None => Place { start: 0, step: 0 },
            Some(token) => self.read(token).filter(|place| place.start < total || place.step > 0)?,
        };
        let empty = |step| Some((start..start, Some(self.write(start, step))));
        let is_third = || self.listing.text("empty").number(start as u64).value().is_multiple_of(3);
        if self.empty_pages && step == 0 && is_third() {
            return empty(1);
        }
        let end = total.min(start.saturating_add(size.min(self.largest)));
        let next = (end < total).then(|| self.write(end, 0));
        let next = match self.twist {
            None => next,
            Some(Twist::SameToken) => Some(token.map_or_else(|| self.write(end, 1), str::to_owned)),
            Some(Twist::TokenCycle) => {
                let [first, second] = CYCLE;
                return Some((
                    0..end - start,
                    Some(self.write(0, if step == first { second } else { first })),
                ));
            }
            Some(Twist::EmptyPages(pages)) if start == 0 && step < pages => return empty(step + 1),
            Some(Twist::EmptyPages(_)) => next,
            Some(Twist::EmptyToken) => next.or_else(|| Some(String::new())),
            Some(Twist::RepeatedPage) => next.or_else(|| (step != AGAIN).then(|| self.write(start, AGAIN))),
        };
        Some((start..end, next))
    }

    /// The token of the page that begins with this item.
    pub(crate) fn token_at(self, start: usize) -> String {
        self.write(start, 0)
    }

    fn write(self, start: usize, step: u32) -> String {
        let place = ((start as u64) << STEP_BITS) + u64::from(step);
        let check = self.listing.number(place).value();
        format!("{:016x}{check:016x}", place ^ check.rotate_left(23))
    }

    fn read(self, token: &str) -> Option<Place> {
        let half = |range| u64::from_str_radix(token.get(range)?, 16).ok();
        let check = half(16..32)?;
        let place = half(0..16)? ^ check.rotate_left(23);
        let start = usize::try_from(place >> STEP_BITS).ok()?;
        let step = (place & u64::from(AGAIN)) as u32;
        (self.write(start, step) == token).then_some(Place { start, step })
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

    /// The pages of 23 items, ten a page, until there is no token, it is empty, or there are `most`.
    fn twisted(twist: Twist, most: usize) -> Vec<(std::ops::Range<usize>, Option<String>)> {
        let pages = Pages::of(Seed::new(1), &["list"]).at_most(10).twisted(Some(twist));
        let mut seen: Vec<(std::ops::Range<usize>, Option<String>)> = Vec::new();
        let token_of = |page: &(std::ops::Range<usize>, Option<String>)| page.1.clone().unwrap_or_default();
        while seen.len() < most && seen.last().is_none_or(|last| !token_of(last).is_empty()) {
            seen.push(pages.cut(23, 1_000, seen.last().map(token_of).as_deref()).unwrap());
        }
        seen
    }

    fn ranges(pages: &[(std::ops::Range<usize>, Option<String>)]) -> Vec<std::ops::Range<usize>> {
        pages.iter().map(|(range, _)| range.clone()).collect()
    }

    #[test]
    fn the_same_token_leads_to_the_same_page_for_ever() {
        let pages = twisted(Twist::SameToken, 50);
        assert_eq!(pages.len(), 50);
        assert!(pages.iter().all(|(_, token)| *token == pages[0].1));
        assert_eq!(ranges(&pages[..3]), [0..10, 10..20, 10..20]);
    }

    #[test]
    fn a_cycle_has_two_tokens_in_turn() {
        let pages = twisted(Twist::TokenCycle, 50);
        let tokens: Vec<&Option<String>> = pages.iter().map(|(_, token)| token).collect();
        assert_eq!(tokens.len(), 50);
        assert_ne!(tokens[0], tokens[1]);
        assert!((2..50).all(|number| tokens[number] == tokens[number - 2]));
    }

    #[test]
    fn empty_pages_come_first_each_with_a_token_of_its_own() {
        let pages = twisted(Twist::EmptyPages(500), 1_000);
        assert_eq!(ranges(&pages[498..]), [0..0, 0..0, 0..10, 10..20, 20..23]);
        let tokens: std::collections::HashSet<_> = pages.iter().map(|(_, token)| token).collect();
        assert_eq!(tokens.len(), pages.len());
    }

    #[test]
    fn an_empty_token_ends_the_listing_and_is_none() {
        let pages = twisted(Twist::EmptyToken, 50);
        assert_eq!(ranges(&pages), [0..10, 10..20, 20..23]);
        assert_eq!(pages[2].1.as_deref(), Some(""));
        assert!(Pages::of(Seed::new(1), &["list"]).cut(23, 10, Some("")).is_none());
    }

    #[test]
    fn a_repeated_page_is_the_last_one_once_more() {
        let pages = twisted(Twist::RepeatedPage, 50);
        assert_eq!(ranges(&pages), [0..10, 10..20, 20..23, 20..23]);
        assert_eq!(pages[3].1, None);
    }
}
