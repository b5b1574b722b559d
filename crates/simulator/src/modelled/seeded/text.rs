//! Texts that are plausible for the name of their member.

use std::borrow::Cow;

use orgwide_models::{Model, Shape};
use serde_json::Value;

use super::{Maker, id, json};
use crate::clock::rfc3339;

/// Texts are no longer than this, whatever the model wants at least.
const LONGEST: usize = 2_048;

const WORDS: [&str; 16] = [
    "alpha", "audit", "backup", "billing", "build", "catalog", "data", "edge", "ingest", "ledger", "media",
    "orders", "proxy", "report", "search", "web",
];

pub(super) fn word(number: usize) -> &'static str {
    WORDS[number % WORDS.len()]
}

impl<'a> Maker<'a> {
    /// The region that the next value is of.
    fn region(&self) -> &'a str {
        let regions = &self.place.world.spec.regions;
        match self.elsewhere {
            Some(number) => &regions[number % regions.len()],
            None if self.place.region.is_empty() => "us-east-1",
            None => self.place.region,
        }
    }

    /// A text; none for what is a page token, which only listings have.
    pub(super) fn text(&mut self, shape: &Shape, name: &str) -> Option<String> {
        let model = self.place.model;
        if !shape.values.is_empty() {
            let chosen = shape.values[self.rng.usize(..shape.values.len())];
            return Some(model.text(chosen).to_owned());
        }
        // Small letters in place where they are already.
        let small: Cow<'_, str> = match name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            true => name.to_ascii_lowercase().into(),
            false => name.into(),
        };
        if is_token(&small) {
            return None;
        }
        if !self.is_item
            && let Some(named) = self.place.input.get(name).and_then(Value::as_str)
        {
            return Some(named.to_owned());
        }
        let is_json = json::is_told_by(&small) || model.is(shape.name, "policyDocumentType");
        if is_json {
            let text = json::text(
                &mut self.rng,
                if model.is(shape.name, "policyDocumentType") { "policy" } else { &small },
            );
            // IAM alone writes its documents so.
            return Some(match model.service().name == "iam" {
                true => percent_encoding::utf8_percent_encode(&text, percent_encoding::NON_ALPHANUMERIC)
                    .to_string(),
                false => text,
            });
        }
        let text = self.plausible(&small);
        Some(fitted(&mut self.rng, model, shape, text))
    }

    fn plausible(&mut self, name: &str) -> String {
        let region = self.region();
        let rng = &mut self.rng;
        if let Some(kind) = name.strip_suffix("arn").or_else(|| name.strip_suffix("arns")) {
            return id::arn(rng, &self.place, kind);
        }
        if is_account(name) {
            return match self.elsewhere {
                Some(number) => self.place.world.spec.account_id(self.place.account.index + number),
                None => self.place.account.id.clone(),
            };
        }
        if is_region(name) {
            return region.to_owned();
        }
        if name.ends_with("availabilityzone") || name == "az" || name == "zonename" {
            return format!("{region}{}", char::from(rng.u8(b'a'..=b'c')));
        }
        if name.ends_with("groupid") && self.place.model.service().name == "ec2" {
            return id::id(rng, "securitygroup");
        }
        if let Some(kind) = name.strip_suffix("id").or_else(|| name.strip_suffix("ids")) {
            return id::id(rng, kind);
        }
        let number = rng.u32(..);
        let word = word(number as usize);
        match name {
            _ if name.ends_with("identifier") || name.ends_with("name") || name == "key" => {
                format!("{word}-{number:08x}")
            }
            _ if name.contains("email") => format!("{word}-{number:08x}@example.com"),
            _ if name.contains("cidr") => format!("10.{}.{}.0/24", number % 256, (number >> 8) % 256),
            _ if name.ends_with("ip") || name.ends_with("ipaddress") || name.ends_with("ipv4") => {
                format!("10.{}.{}.{}", number % 256, (number >> 8) % 256, 1 + (number >> 16) % 254)
            }
            _ if name.ends_with("s3uri") || name.ends_with("s3path") => {
                format!("s3://{word}-{number:08x}/data")
            }
            _ if name.ends_with("url") || name.ends_with("uri") => {
                format!("https://{number:08x}.example.com/{word}")
            }
            _ if name.ends_with("endpoint")
                || name.ends_with("host")
                || name.ends_with("domain")
                || name.contains("dns") =>
            {
                format!("{word}-{number:08x}.{region}.example.com")
            }
            _ if is_time(name) => rfc3339(self.time()).replace('Z', ".000Z"),
            _ if name.ends_with("version") => format!("{}.{}", 1 + number % 9, (number >> 8) % 30),
            _ if name.contains("description") || name.contains("message") || name.ends_with("reason") => {
                format!("Simulated {word} {number:08x}")
            }
            _ if name.ends_with("md5") || name.ends_with("etag") => id::hex(rng, 32),
            _ if name.ends_with("sha256") || name.ends_with("digest") => id::hex(rng, 64),
            _ if name.ends_with("path") => format!("/{word}/{number:08x}"),
            _ => format!("{word}-{number:08x}"),
        }
    }
}

/// Whether a member called so, in small letters, is an account's id.
pub(super) fn is_account(name: &str) -> bool {
    const ENDS: [&str; 6] = ["accountid", "accountids", "ownerid", "account", "registryid", "catalogid"];
    ENDS.iter().any(|end| name.ends_with(end))
}

/// Whether a member called so, in small letters, is a region's name.
pub(super) fn is_region(name: &str) -> bool {
    name.ends_with("region") || name == "regionname"
}

fn is_time(name: &str) -> bool {
    ["time", "date", "timestamp", "createdat", "updatedat"].iter().any(|end| name.ends_with(end))
}

/// Whether a member called so, in small letters, is where a listing has its token.
pub(super) fn is_token(name: &str) -> bool {
    const NAMES: [&str; 8] = [
        "nexttoken",
        "marker",
        "nextmarker",
        "nextpagetoken",
        "paginationtoken",
        "nextcontinuationtoken",
        "continuationtoken",
        "nextpage",
    ];
    NAMES.contains(&name)
}

/// The text in the length that the model wants.
pub(super) fn fitted(rng: &mut fastrand::Rng, model: &Model, shape: &Shape, mut text: String) -> String {
    let length = |bound: Option<orgwide_models::Text>| model.text(bound?).parse::<usize>().ok();
    if let Some(most) = length(shape.max)
        && text.len() > most
    {
        // All that is random is needed where there is little room.
        text = crate::seed::word(rng, b"abcdefghijklmnopqrstuvwxyz0123456789", most);
    }
    if let Some(least) = length(shape.min) {
        while text.len() < least.min(LONGEST) {
            text.push('0');
        }
    }
    text
}
