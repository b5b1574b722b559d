//! Randomness that depends on where it is used, never on when.

/// A point in a tree of random numbers: every path from the root has numbers of its own.
///
/// Because a value depends on its path alone, the content of account 7 is the same whether it is asked for
/// first, last, or by two threads at once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seed(u64);

// FNV-1a, written out because the standard library's hasher may change between releases, and with it
// every simulated world.
const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

impl Seed {
    pub(crate) fn new(root: u64) -> Self {
        Self(OFFSET).number(root)
    }

    /// Descends by a name.
    pub(crate) fn text(self, part: &str) -> Self {
        // The length goes in as well, so that "ab" + "c" and "a" + "bc" are different paths.
        self.bytes(part.as_bytes()).number(part.len() as u64)
    }

    /// Descends by a number.
    pub(crate) fn number(self, part: u64) -> Self {
        self.bytes(&part.to_le_bytes())
    }

    /// The random value at this point.
    pub(crate) fn value(self) -> u64 {
        // The finisher of SplitMix64: FNV alone leaves the low bits of close paths alike.
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A generator for as many values as are needed at this point.
    pub(crate) fn rng(self) -> fastrand::Rng {
        fastrand::Rng::with_seed(self.value())
    }

    fn bytes(self, bytes: &[u8]) -> Self {
        Self(bytes.iter().fold(self.0, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(PRIME)))
    }
}

/// `length` characters drawn from `alphabet`.
pub(crate) fn word(rng: &mut fastrand::Rng, alphabet: &[u8], length: usize) -> String {
    (0..length).map(|_| char::from(alphabet[rng.usize(..alphabet.len())])).collect()
}

/// One of `choices`, which must not be empty.
pub(crate) fn pick<'a, T: ?Sized>(rng: &mut fastrand::Rng, choices: &[&'a T]) -> &'a T {
    choices[rng.usize(..choices.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_with_the_same_letters_differ() {
        let root = Seed::new(1);
        assert_ne!(root.text("ab").text("c").value(), root.text("a").text("bc").value());
        assert_ne!(root.text("a").value(), Seed::new(2).text("a").value());
    }

    #[test]
    fn worlds_do_not_change_with_a_release() {
        // From another program for the same algorithm: a change here changes every simulated world.
        assert_eq!(Seed::new(1).text("account").number(7).value(), 3_624_526_472_505_177_274);
    }
}
