use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use orgwide_models::{Kind, Member, Model, Shape, TimestampFormat, XmlNamespace};
use serde_json::{Map, Value};

use super::timestamp::Moment;

/// Writes padding, and does not insist on it.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &ALPHABET,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A member with its value.
pub(super) type Field<'a> = (&'a Member, &'a Value);

/// What every protocol asks of the model: what is said of a value where it is used, else what its shape says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) model: &'a Model,
    /// Blobs are text as it is, not base64.
    pub(super) raw_blobs: bool,
}

impl<'a> Context<'a> {
    pub(super) fn shape(self, member: &Member) -> &'a Shape {
        self.model.shape(member.shape)
    }

    pub(super) fn name(self, member: &Member) -> &'a str {
        self.model.text(member.name)
    }

    /// Its name on the wire, if it has one of its own.
    pub(super) fn own_wire(self, member: &Member) -> Option<&'a str> {
        member.wire.or(self.shape(member).wire).map(|wire| self.model.text(wire))
    }

    /// Its name on the wire.
    pub(super) fn wire(self, member: &Member) -> &'a str {
        self.own_wire(member).unwrap_or_else(|| self.name(member))
    }

    pub(super) fn namespace(self, member: &Member) -> Option<XmlNamespace> {
        member.namespace.or(self.shape(member).namespace)
    }

    pub(super) fn is_flattened(self, member: &Member) -> bool {
        member.is_flattened || self.shape(member).is_flattened
    }

    /// The members that are there, in the model's order; null is absent.
    pub(super) fn fields(
        self,
        shape: &'a Shape,
        value: &'a Value,
    ) -> impl Iterator<Item = Field<'a>> + Clone {
        let object = value.as_object();
        shape.members.iter().filter_map(move |member| {
            let value = object?.get(self.name(member))?;
            (!value.is_null()).then_some((member, value))
        })
    }

    pub(super) fn elements(self, value: &'a Value) -> &'a [Value] {
        value.as_array().map_or(&[], Vec::as_slice)
    }

    /// The entries of a map, by its member for keys and that for values.
    pub(super) fn entries(self, shape: &'a Shape, value: &'a Value) -> Option<Entries<'a>> {
        match (shape.members.as_slice(), value) {
            ([key, value], Value::Object(object)) => Some(Entries { key, value, object }),
            _ => None,
        }
    }

    /// The bytes of a blob; none if it is not base64.
    pub(super) fn bytes(self, text: &'a str) -> Option<Cow<'a, [u8]>> {
        if self.raw_blobs {
            return Some(Cow::Borrowed(text.as_bytes()));
        }
        BASE64.decode(text).ok().map(Cow::Owned)
    }

    /// A time, with the format it is written in.
    pub(super) fn moment(
        self,
        member: &Member,
        value: &Value,
        default: TimestampFormat,
    ) -> Option<(Moment, TimestampFormat)> {
        let format = member.timestamp.or(self.shape(member).timestamp).unwrap_or(default);
        Moment::of(value).map(|moment| (moment, format))
    }

    /// A value that has no parts as text.
    pub(super) fn text(self, member: &Member, value: &'a Value, default: TimestampFormat) -> Cow<'a, str> {
        match (self.shape(member).kind, value) {
            (Kind::Timestamp, value) => self
                .moment(member, value, default)
                .map_or(Cow::Borrowed(""), |(moment, format)| moment.text(format).into()),
            (Kind::Blob, Value::String(text)) => self.base64(text).into(),
            (_, Value::String(text)) => Cow::Borrowed(text),
            (_, Value::Bool(true)) => Cow::Borrowed("true"),
            (_, Value::Bool(false)) => Cow::Borrowed("false"),
            (_, Value::Number(number)) => number.to_string().into(),
            (_, Value::Null | Value::Array(_) | Value::Object(_)) => Cow::Borrowed(""),
        }
    }

    /// A blob as padded base64.
    pub(super) fn base64(self, text: &'a str) -> String {
        base64(&self.bytes(text).unwrap_or_default())
    }
}

/// Bytes as padded base64.
pub(super) fn base64(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

/// A map: what its keys and its values are, and the entries.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entries<'a> {
    pub(super) key: &'a Member,
    pub(super) value: &'a Member,
    pub(super) object: &'a Map<String, Value>,
}
