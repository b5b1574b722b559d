use std::io;

use orgwide_names::{AccountId, RegionName};
use serde::Serialize;

/// No line is longer: answers are bounded, what a query makes of them is not.
const LONGEST: usize = 256 << 20;

/// One page of an answer, as the line it is in the output.
///
/// It is written where the answer arrives: as text it is a fraction of its size in memory.
#[derive(Debug)]
pub(crate) struct Answer {
    page: u64,
    line: Vec<u8>,
}

/// What a row says besides the answer.
#[derive(Debug)]
pub(crate) struct Place<'a> {
    pub(crate) account_id: AccountId,
    pub(crate) account_name: Option<&'a str>,
    pub(crate) region: &'a RegionName,
    pub(crate) service: &'a str,
    pub(crate) operation: &'a str,
    /// From 1.
    pub(crate) page: u64,
}

/// The fields of a row, in their order.
#[derive(Serialize)]
struct Fields<'a, D: ?Sized> {
    account_id: AccountId,
    account_name: Option<&'a str>,
    region: &'a RegionName,
    service: &'a str,
    operation: &'a str,
    page: u64,
    data: &'a D,
    collected_at: String,
}

impl Answer {
    /// The row for what came from there.
    pub(crate) fn new(place: &Place<'_>, data: &(impl Serialize + ?Sized)) -> serde_json::Result<Self> {
        let fields = Fields {
            account_id: place.account_id,
            account_name: place.account_name,
            region: place.region,
            service: place.service,
            operation: place.operation,
            page: place.page,
            data,
            collected_at: format!("{:.3}", jiff::Timestamp::now()),
        };
        let mut line = Bounded { line: Vec::new(), room: LONGEST };
        serde_json::to_writer(&mut line, &fields)?;
        let mut line = line.line;
        line.shrink_to_fit();
        Ok(Self { page: place.page, line })
    }

    /// Which page it is, from 1.
    pub(crate) fn page(&self) -> u64 {
        self.page
    }

    /// The row as JSON, without the end of the line.
    pub(crate) fn into_line(self) -> Vec<u8> {
        self.line
    }
}

/// Takes so many bytes, and then no more.
struct Bounded {
    line: Vec<u8>,
    room: usize,
}

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.room = self
            .room
            .checked_sub(bytes.len())
            .ok_or_else(|| io::Error::other("it is longer than 256 MiB"))?;
        self.line.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_row_has_its_fields_in_their_order() {
        let place = Place {
            account_id: "111122223333".parse().unwrap(),
            account_name: Some("x \"y\""),
            region: &"eu-west-1".parse().unwrap(),
            service: "ec2",
            operation: "DescribeRegions",
            page: 7,
        };
        let line = Answer::new(&place, &json!({"b": 1, "a": null})).unwrap().into_line();
        let line = std::str::from_utf8(&line).unwrap();
        let (before, time) = line.split_once(r#","collected_at":""#).unwrap();
        assert_eq!(
            before,
            r#"{"account_id":"111122223333","account_name":"x \"y\"","region":"eu-west-1","service":"ec2","operation":"DescribeRegions","page":7,"data":{"a":null,"b":1}"#
        );
        assert!(time.ends_with("Z\"}") && time.len() == 24 + 2, "{time}");
    }

    #[test]
    fn a_line_has_an_end() {
        use std::io::Write;
        let mut line = Bounded { line: Vec::new(), room: 3 };
        assert!(line.write_all(b"ab").is_ok() && line.write_all(b"cd").is_err());
        assert_eq!(line.line, b"ab");
    }
}
