/// Writes CBOR: definite lengths, each number in as few bytes as it needs.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    bytes: Vec<u8>,
}

/// The upper three bits of the byte every value begins with.
mod major {
    pub(super) const UNSIGNED: u8 = 0;
    pub(super) const NEGATIVE: u8 = 1;
    pub(super) const BYTES: u8 = 2;
    pub(super) const TEXT: u8 = 3;
    pub(super) const LIST: u8 = 4;
    pub(super) const MAP: u8 = 5;
    pub(super) const TAG: u8 = 6;
    pub(super) const OTHER: u8 = 7;
}

impl Writer {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    pub(crate) fn null(&mut self) {
        self.head(major::OTHER, 22);
    }

    pub(crate) fn boolean(&mut self, value: bool) {
        self.head(major::OTHER, if value { 21 } else { 20 });
    }

    pub(crate) fn integer(&mut self, value: i64) {
        match u64::try_from(value) {
            Ok(value) => self.unsigned(value),
            // -1 - value, which is what a negative number is written as, is its complement.
            Err(_) => self.head(major::NEGATIVE, !value as u64),
        }
    }

    pub(crate) fn unsigned(&mut self, value: u64) {
        self.head(major::UNSIGNED, value);
    }

    /// A number of 32 bits.
    pub(crate) fn float(&mut self, value: f32) {
        if value.is_finite() {
            self.bytes.push(major::OTHER << 5 | 26);
            self.bytes.extend_from_slice(&value.to_be_bytes());
        } else {
            self.special(value.is_nan(), value > 0.0);
        }
    }

    /// A number of 64 bits.
    pub(crate) fn double(&mut self, value: f64) {
        if value.is_finite() {
            self.bytes.push(major::OTHER << 5 | 27);
            self.bytes.extend_from_slice(&value.to_be_bytes());
        } else {
            self.special(value.is_nan(), value > 0.0);
        }
    }

    pub(crate) fn text(&mut self, value: &str) {
        self.head(major::TEXT, value.len() as u64);
        self.bytes.extend_from_slice(value.as_bytes());
    }

    pub(crate) fn bytes(&mut self, value: &[u8]) {
        self.head(major::BYTES, value.len() as u64);
        self.bytes.extend_from_slice(value);
    }

    /// Begins a list: so many values follow.
    pub(crate) fn list(&mut self, length: usize) {
        self.head(major::LIST, length as u64);
    }

    /// Begins a map: so many keys follow, each before its value.
    pub(crate) fn map(&mut self, length: usize) {
        self.head(major::MAP, length as u64);
    }

    /// Marks the number that follows as seconds since 1970.
    pub(crate) fn epoch(&mut self) {
        self.head(major::TAG, 1);
    }

    fn special(&mut self, is_nan: bool, is_positive: bool) {
        let half: u16 = match (is_nan, is_positive) {
            (true, _) => 0x7e00,
            (false, true) => 0x7c00,
            (false, false) => 0xfc00,
        };
        self.bytes.push(major::OTHER << 5 | 25);
        self.bytes.extend_from_slice(&half.to_be_bytes());
    }

    fn head(&mut self, major: u8, value: u64) {
        let major = major << 5;
        let bytes = value.to_be_bytes();
        match value {
            0..=23 => self.bytes.push(major | value as u8),
            24..=0xff => self.bytes.extend_from_slice(&[major | 24, bytes[7]]),
            0x100..=0xffff => {
                self.bytes.push(major | 25);
                self.bytes.extend_from_slice(&bytes[6..]);
            }
            0x1_0000..=0xffff_ffff => {
                self.bytes.push(major | 26);
                self.bytes.extend_from_slice(&bytes[4..]);
            }
            _ => {
                self.bytes.push(major | 27);
                self.bytes.extend_from_slice(&bytes);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Writer;

    fn written(write: impl FnOnce(&mut Writer)) -> Vec<u8> {
        let mut writer = Writer::new();
        write(&mut writer);
        writer.into_bytes()
    }

    // The bytes are those of RFC 8949, appendix A.
    #[test]
    fn every_number_takes_as_few_bytes_as_it_needs() {
        let cases: [(i64, &[u8]); 12] = [
            (0, &[0x00]),
            (23, &[0x17]),
            (24, &[0x18, 0x18]),
            (255, &[0x18, 0xff]),
            (256, &[0x19, 0x01, 0x00]),
            (1_000_000, &[0x1a, 0x00, 0x0f, 0x42, 0x40]),
            (4_294_967_296, &[0x1b, 0, 0, 0, 1, 0, 0, 0, 0]),
            (-1, &[0x20]),
            (-24, &[0x37]),
            (-100, &[0x38, 0x63]),
            (-1000, &[0x39, 0x03, 0xe7]),
            (i64::MIN, &[0x3b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        ];
        for (value, bytes) in cases {
            assert_eq!(written(|writer| writer.integer(value)), bytes, "{value}");
        }
        assert_eq!(
            written(|writer| writer.unsigned(u64::MAX)),
            [0x1b, 255, 255, 255, 255, 255, 255, 255, 255]
        );
    }

    #[test]
    fn floats_have_their_width_and_special_ones_the_half() {
        assert_eq!(written(|writer| writer.float(100_000.0)), [0xfa, 0x47, 0xc3, 0x50, 0x00]);
        assert_eq!(
            written(|writer| writer.double(1.1)),
            [0xfb, 0x3f, 0xf1, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9a]
        );
        assert_eq!(written(|writer| writer.float(f32::INFINITY)), [0xf9, 0x7c, 0x00]);
        assert_eq!(written(|writer| writer.double(f64::NEG_INFINITY)), [0xf9, 0xfc, 0x00]);
        assert_eq!(written(|writer| writer.double(f64::NAN)), [0xf9, 0x7e, 0x00]);
    }

    #[test]
    fn texts_lists_maps_and_times_are_those_of_the_standard() {
        assert_eq!(written(|writer| writer.text("IETF")), [0x64, 0x49, 0x45, 0x54, 0x46]);
        assert_eq!(written(|writer| writer.bytes(&[1, 2, 3, 4])), [0x44, 1, 2, 3, 4]);
        let list = written(|writer| {
            writer.list(3);
            writer.boolean(false);
            writer.boolean(true);
            writer.null();
        });
        assert_eq!(list, [0x83, 0xf4, 0xf5, 0xf6]);
        let map = written(|writer| {
            writer.map(1);
            writer.text("a");
            writer.epoch();
            writer.integer(1_363_896_240);
        });
        assert_eq!(map, [0xa1, 0x61, 0x61, 0xc1, 0x1a, 0x51, 0x4b, 0x67, 0xb0]);
    }
}
