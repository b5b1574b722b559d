//! Shapes and members as they are stored: what most of them lack takes one byte together, not one each.

use serde::{Deserialize, Serialize};

use crate::{ErrorCode, Kind, Location, ShapeId, Text, TimestampFormat, XmlNamespace};

#[derive(Serialize, Deserialize)]
pub(super) struct Shape {
    name: Text,
    kind: Kind,
    members: Vec<super::Member>,
    values: Vec<Text>,
    min: Option<Text>,
    max: Option<Text>,
    flags: u16,
    rest: Option<ShapeRest>,
}

/// What few shapes have.
#[derive(Default, PartialEq, Serialize, Deserialize)]
struct ShapeRest {
    payload: Option<u32>,
    timestamp: Option<TimestampFormat>,
    wire: Option<Text>,
    namespace: Option<XmlNamespace>,
    error: Option<ErrorCode>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Member {
    name: Text,
    shape: ShapeId,
    wire: Option<Text>,
    flags: u16,
    rest: Option<MemberRest>,
}

/// What few members have.
#[derive(Default, PartialEq, Serialize, Deserialize)]
struct MemberRest {
    location: Location,
    query_name: Option<Text>,
    timestamp: Option<TimestampFormat>,
    namespace: Option<XmlNamespace>,
    context_param: Option<Text>,
}

/// The truths as the bits of a number, the first as the lowest.
fn pack<const N: usize>(truths: [bool; N]) -> u16 {
    truths.into_iter().rev().fold(0, |bits, truth| bits << 1 | u16::from(truth))
}

fn unpack<const N: usize>(bits: u16) -> [bool; N] {
    std::array::from_fn(|index| bits >> index & 1 == 1)
}

/// Nothing for what is empty.
fn some<T: Default + PartialEq>(rest: T) -> Option<T> {
    (rest != T::default()).then_some(rest)
}

impl From<super::Shape> for Shape {
    fn from(shape: super::Shape) -> Self {
        Self {
            name: shape.name,
            kind: shape.kind,
            members: shape.members,
            values: shape.values,
            min: shape.min,
            max: shape.max,
            flags: pack([
                shape.is_union,
                shape.is_document,
                shape.is_flattened,
                shape.is_streaming,
                shape.is_event_stream,
                shape.is_sparse,
                shape.is_sensitive,
                shape.is_exception,
                shape.is_wrapper,
            ]),
            rest: some(ShapeRest {
                payload: shape.payload,
                timestamp: shape.timestamp,
                wire: shape.wire,
                namespace: shape.namespace,
                error: shape.error,
            }),
        }
    }
}

impl From<Shape> for super::Shape {
    fn from(stored: Shape) -> Self {
        let [
            is_union,
            is_document,
            is_flattened,
            is_streaming,
            is_event_stream,
            is_sparse,
            is_sensitive,
            is_exception,
            is_wrapper,
        ] = unpack(stored.flags);
        let rest = stored.rest.unwrap_or_default();
        Self {
            name: stored.name,
            kind: stored.kind,
            members: stored.members,
            payload: rest.payload,
            timestamp: rest.timestamp,
            wire: rest.wire,
            namespace: rest.namespace,
            error: rest.error,
            values: stored.values,
            min: stored.min,
            max: stored.max,
            is_union,
            is_document,
            is_flattened,
            is_streaming,
            is_event_stream,
            is_sparse,
            is_sensitive,
            is_exception,
            is_wrapper,
        }
    }
}

impl From<super::Member> for Member {
    fn from(member: super::Member) -> Self {
        Self {
            name: member.name,
            shape: member.shape,
            wire: member.wire,
            flags: pack([
                member.is_required,
                member.is_deprecated,
                member.is_idempotency_token,
                member.is_host_label,
                member.is_json,
                member.is_streaming,
                member.is_flattened,
                member.is_attribute,
            ]),
            rest: some(MemberRest {
                location: member.location,
                query_name: member.query_name,
                timestamp: member.timestamp,
                namespace: member.namespace,
                context_param: member.context_param,
            }),
        }
    }
}

impl From<Member> for super::Member {
    fn from(stored: Member) -> Self {
        let [
            is_required,
            is_deprecated,
            is_idempotency_token,
            is_host_label,
            is_json,
            is_streaming,
            is_flattened,
            is_attribute,
        ] = unpack(stored.flags);
        let rest = stored.rest.unwrap_or_default();
        Self {
            name: stored.name,
            shape: stored.shape,
            wire: stored.wire,
            query_name: rest.query_name,
            location: rest.location,
            timestamp: rest.timestamp,
            namespace: rest.namespace,
            context_param: rest.context_param,
            is_required,
            is_idempotency_token,
            is_host_label,
            is_json,
            is_streaming,
            is_flattened,
            is_attribute,
            is_deprecated,
        }
    }
}
