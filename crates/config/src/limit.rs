use std::num::NonZeroU32;

use orgwide_limit::{Match, Payer, Quota, Rule, Scope};
use orgwide_names::{AccountId, ServiceName};

use crate::keys;
use crate::node::{Node, Value};
use crate::problem::quoted;
use crate::reader::{Objection, Reader};
use crate::regions;

/// One limit: what is written as `MATCH=RATE`, and what only a map can say besides.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Limit {
    /// The calls and the rate.
    pub rule: Rule,
    /// Only calls that these accounts pay for; empty: all.
    pub accounts: Vec<AccountId>,
    /// Only calls in these regions, names or patterns; empty: all.
    pub regions: Vec<String>,
    /// What shares it, if calls are held to it besides their own limit.
    pub ceiling: Option<Ceiling>,
    /// The most calls in flight at once under it.
    pub in_flight: Option<NonZeroU32>,
    /// Whether calls over the limit fail instead of waiting.
    pub fail_fast: bool,
}

/// What shares one ceiling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ceiling {
    /// All calls it matches.
    Run,
    /// Those of one account.
    Account,
    /// Those of one account in one region.
    AccountRegion,
}

impl Ceiling {
    /// As it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Account => "account",
            Self::AccountRegion => "account-region",
        }
    }

    fn scope(self) -> Scope {
        match self {
            Self::Run => Scope::RUN,
            Self::Account => Scope::ACCOUNT,
            Self::AccountRegion => Scope::ACCOUNT_REGION,
        }
    }
}

impl Limit {
    /// What is written as `MATCH=RATE` alone.
    #[must_use]
    pub fn new(rule: Rule) -> Self {
        Self {
            rule,
            accounts: Vec::new(),
            regions: Vec::new(),
            ceiling: None,
            in_flight: None,
            fail_fast: false,
        }
    }

    /// The rule for the limiter.
    #[must_use]
    pub fn to_rule(&self) -> Rule {
        let mut matches: Match = self.rule.matches().clone();
        if !self.accounts.is_empty() {
            matches = matches.by_accounts(self.accounts.iter().copied().map(Payer::Account));
        }
        if !self.regions.is_empty() {
            matches = matches.in_regions(self.regions.iter().map(String::as_str));
        }
        let quota: Quota = self.rule.quota();
        let ceiling = self.ceiling.or(self.rule.is_ceiling().then_some(Ceiling::Run));
        let mut rule = match ceiling {
            Some(ceiling) => Rule::ceiling(matches, quota).with_scope(ceiling.scope()),
            None => Rule::new(matches, quota),
        };
        if let Some(most) = self.in_flight {
            rule = rule.with_in_flight(most);
        }
        if self.fail_fast { rule.failing_fast() } else { rule }
    }
}

/// One limit or a list of them.
pub(crate) fn read(reader: &mut Reader<'_>, node: &Node) -> Vec<Limit> {
    reader.items(node).into_iter().filter_map(|item| one(reader, item)).collect()
}

fn one(reader: &mut Reader<'_>, node: &Node) -> Option<Limit> {
    if !matches!(node.value, Value::Map(_)) {
        return reader.parsed(node, "a limit", rule).map(Limit::new);
    }
    if !reader.is_map(node, keys::LIMIT.iter()) {
        return None;
    }
    let accounts = node.get("account").map_or_else(Vec::new, |ids| {
        reader.all_parsed(ids, "an account id", |text| text.parse::<AccountId>())
    });
    let regions = node
        .get("region")
        .map_or_else(Vec::new, |names| reader.all_parsed(names, regions::WHAT, regions::of_calls));
    let ceiling = node.get("ceiling").and_then(|word| reader.parsed(word, "a scope", ceiling));
    let in_flight = node.get("in_flight").and_then(|most| reader.count(most));
    let fail_fast = node.get("fail_fast").and_then(|flag| reader.flag(flag)).unwrap_or_default();
    let Some(written) = node.get("rule") else {
        let hint = "write `rule: ec2=20/s`, or `rule: '*=unlimited'` when only `in_flight` counts".to_owned();
        reader.problems.add(node.place, "which calls, how many? The key `rule` is missing", Some(hint));
        return None;
    };
    let rule = reader.parsed(written, "a limit", rule)?;
    if rule.is_ceiling() && ceiling.is_some_and(|ceiling| ceiling != Ceiling::Run) {
        reader.problems.add(written.place, "the rule ends in `per run`, and `ceiling` says otherwise", None);
        return None;
    }
    Some(Limit { rule, accounts, regions, ceiling, in_flight, fail_fast })
}

/// A limit on a service AWS does not have would never hold anything back.
fn rule(text: &str) -> Result<Rule, Objection> {
    let rule: Rule = text.parse().map_err(Objection::from)?;
    match rule.matches().service_name() {
        Some(service) if !service.is_known() => Err(Objection {
            message: format!("no service of AWS is called `{service}`"),
            hint: Some(ServiceName::nearest(service.as_str()).map_or_else(
                || "name it as the AWS CLI does, such as `ec2`".to_owned(),
                |near| format!("did you mean `{near}`?"),
            )),
        }),
        _ => Ok(rule),
    }
}

fn ceiling(text: &str) -> Result<Ceiling, Objection> {
    [Ceiling::Run, Ceiling::Account, Ceiling::AccountRegion]
        .into_iter()
        .find(|ceiling| ceiling.as_str() == text)
        .ok_or_else(|| Objection {
            message: format!("`{}` is no scope of a ceiling", quoted(text)),
            hint: Some("write `run`, `account` or `account-region`".to_owned()),
        })
}
