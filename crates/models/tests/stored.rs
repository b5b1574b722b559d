//! Stored models that were damaged, by chance or on purpose.
#![allow(clippy::unwrap_used, reason = "in the helpers of tests too, a failed unwrap is a failed test")]

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use orgwide_models::{Catalog, DecodeError, Model};
use serde_json::json;

/// Magic, sum, length.
const HEAD: usize = 12;

fn stored(service: &str) -> Vec<u8> {
    Catalog::embedded().model(service).unwrap().encode().unwrap()
}

/// What is inside, before compression.
fn plain(stored: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    DeflateDecoder::new(&stored[HEAD..]).read_to_end(&mut plain).unwrap();
    plain
}

/// A head that agrees with any content.
fn headed(deflated: &[u8], length: usize) -> Vec<u8> {
    let mut rest = u32::try_from(length).unwrap().to_le_bytes().to_vec();
    rest.extend(deflated);
    [b"owm1".as_slice(), &crc32fast::hash(&rest).to_le_bytes(), &rest].concat()
}

fn packed(plain: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(plain).unwrap();
    headed(&encoder.finish().unwrap(), plain.len())
}

/// Reads everything there is to read in it.
fn use_up(model: &Model) -> usize {
    model.operations().map(|operation| model.describe(operation).to_string().len()).sum()
}

#[test]
fn the_same_model_is_stored_as_the_same_bytes_and_comes_back() {
    for service in ["ec2", "s3", "sts", "cloudfront"] {
        let model = Catalog::embedded().model(service).unwrap();
        let stored = model.encode().unwrap();
        assert_eq!(stored, model.encode().unwrap());
        assert_eq!(Model::decode(&stored).unwrap(), *model);
        assert_eq!(Model::decode(&packed(&plain(&stored))).unwrap(), *model);
    }
}

#[test]
fn any_single_bit_that_changed_is_noticed() {
    let whole = stored("sts");
    for bit in 0..8 * whole.len() {
        let mut damaged = whole.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        assert!(Model::decode(&damaged).is_err(), "bit {bit}");
    }
}

#[test]
fn a_part_of_a_stored_model_is_none() {
    let whole = stored("sts");
    for length in 0..whole.len() {
        assert!(Model::decode(&whole[..length]).is_err(), "{length} bytes");
    }
    let longer = [whole.as_slice(), &[0]].concat();
    assert!(matches!(Model::decode(&longer), Err(DecodeError::Damaged)));
}

#[test]
fn a_model_of_another_version_is_told_apart() {
    let mut newer = stored("sts");
    newer[3] = b'2';
    assert!(matches!(Model::decode(&newer), Err(DecodeError::NotAModel)));
}

#[test]
fn content_that_was_changed_on_purpose_is_refused_or_harmless() {
    fastrand::seed(7);
    let mut refused = 0;
    for service in ["sts", "s3", "dynamodb", "cloudfront"] {
        let whole = plain(&stored(service));
        for _ in 0..500 {
            let mut changed = whole.clone();
            for _ in 0..fastrand::usize(1..4) {
                let at = fastrand::usize(..changed.len());
                changed[at] = fastrand::u8(..);
            }
            match Model::decode(&packed(&changed)) {
                Ok(model) => drop(use_up(&model)),
                Err(_) => refused += 1,
            }
        }
    }
    assert!(refused > 200, "only {refused} of 2000 were refused");
}

#[test]
fn a_compressed_stream_that_was_changed_on_purpose_is_refused_or_harmless() {
    fastrand::seed(8);
    let whole = stored("iam");
    let length = plain(&whole).len();
    for _ in 0..500 {
        let mut deflated = whole[HEAD..].to_vec();
        let at = fastrand::usize(..deflated.len());
        deflated[at] = fastrand::u8(..);
        if let Ok(model) = Model::decode(&headed(&deflated, length)) {
            use_up(&model);
        }
    }
}

#[test]
fn a_length_that_is_a_lie_costs_no_memory() {
    let whole = stored("sts");
    for length in [0, 1, 1 << 24] {
        assert!(matches!(Model::decode(&headed(&whole[HEAD..], length)), Err(DecodeError::Damaged)));
    }
    for length in [(1 << 24) + 1, u32::MAX as usize] {
        assert!(matches!(Model::decode(&headed(&whole[HEAD..], length)), Err(DecodeError::TooLong { .. })));
    }
}

#[test]
fn rules_nested_without_end_are_refused_before_the_stack_is() {
    let empty = Model::from_botocore("x", &json!({ "metadata": { "protocol": "json" } }), &[], None).unwrap();
    let plain = plain(&empty.encode().unwrap());
    // The last byte says that there are no rules. Instead: one without conditions, with one inside, and so on.
    let (last, before) = plain.split_last().unwrap();
    assert_eq!(*last, 0);
    let nested = |levels: usize| [before, &[1, 0, 0].repeat(levels), &[0]].concat();
    assert!(Model::decode(&packed(&nested(100))).is_ok());
    for levels in [300, 100_000, 5_000_000] {
        let error = Model::decode(&packed(&nested(levels))).unwrap_err();
        assert!(matches!(error, DecodeError::Broken(_)), "{error}");
    }
    // And again, after the depth was reached.
    assert!(Model::decode(&packed(&nested(100))).is_ok());
}

#[test]
fn a_shape_of_another_model_is_no_panic() {
    let ec2 = Catalog::embedded().model("ec2").unwrap();
    let sts = Catalog::embedded().model("sts").unwrap();
    for operation in ec2.operations() {
        for id in operation.input.iter().chain(&operation.output) {
            let _ = sts.shape(*id).members.len();
        }
        let _ = sts.text(operation.name).len();
        drop(sts.describe(operation).to_string());
    }
}
