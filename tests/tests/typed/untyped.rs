//! A typed value as JSON, with the names of the API.

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use serde_json::{Map, Value};

/// What can be written as a call answers it.
pub(crate) trait Untyped {
    /// Null where it is absent.
    fn untyped(&self) -> Value;
}

impl Untyped for String {
    fn untyped(&self) -> Value {
        self.as_str().into()
    }
}

impl Untyped for bool {
    fn untyped(&self) -> Value {
        (*self).into()
    }
}

impl Untyped for i32 {
    fn untyped(&self) -> Value {
        (*self).into()
    }
}

/// ISO 8601 in UTC, with microseconds if there are any.
impl Untyped for DateTime {
    fn untyped(&self) -> Value {
        let whole = Self::from_secs(self.secs()).fmt(Format::DateTime).unwrap();
        let whole = whole.strip_suffix('Z').unwrap();
        match self.subsec_nanos() / 1000 {
            0 => format!("{whole}+00:00").into(),
            micros => format!("{whole}.{micros:06}+00:00").into(),
        }
    }
}

impl<T: Untyped> Untyped for Option<T> {
    fn untyped(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::untyped)
    }
}

impl<T: Untyped> Untyped for Vec<T> {
    fn untyped(&self) -> Value {
        self.iter().map(T::untyped).collect()
    }
}

/// A structure of these members, without those that are absent.
pub(crate) fn structure<const N: usize>(members: [(String, Value); N]) -> Value {
    Value::Object(members.into_iter().filter(|(_, value)| !value.is_null()).collect::<Map<_, _>>())
}

/// `LaunchTime` of `launch_time`.
pub(crate) fn api_name(field: &str) -> String {
    let capital = |word: &str| word[..1].to_ascii_uppercase() + &word[1..];
    field.split('_').map(capital).collect()
}

/// Structures with all members that their types have, and the name of the API where it is no `api_name`.
macro_rules! structures {
    (@name $member:ident) => { $crate::untyped::api_name(stringify!($member)) };
    (@name $member:ident $name:literal) => { $name.to_owned() };
    ($($shape:ty { $($member:ident $(as $name:literal)?),+ $(,)? })+) => {$(
        impl $crate::untyped::Untyped for $shape {
            fn untyped(&self) -> serde_json::Value {
                $crate::untyped::structure([
                    $((structures!(@name $member $($name)?), self.$member.untyped())),+
                ])
            }
        }
    )+};
}
pub(crate) use structures;

/// Enumerations, which are their texts.
macro_rules! enumerations {
    ($($shape:ty),+ $(,)?) => {$(
        impl $crate::untyped::Untyped for $shape {
            fn untyped(&self) -> serde_json::Value {
                self.as_str().into()
            }
        }
    )+};
}
pub(crate) use enumerations;

#[test]
fn names_and_times_are_those_of_the_api() {
    assert_eq!(api_name("http_put_response_hop_limit"), "HttpPutResponseHopLimit");
    assert_eq!(DateTime::from_secs(1_767_323_045).untyped(), "2026-01-02T03:04:05+00:00");
    assert_eq!(DateTime::from_millis(1_767_323_045_760).untyped(), "2026-01-02T03:04:05.760000+00:00");
}
