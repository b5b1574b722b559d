//! The ARN of a role.

use super::parameters::{invalid, required};
use crate::account::Account;
use crate::refusal::Refusal;
use crate::role_rule::{RoleRule, rule_for};
use crate::services::Context;

/// The account a role ARN points to, whether it exists or not.
pub(crate) fn account_of(role_arn: &str) -> Option<&str> {
    RoleArn::read(role_arn).map(|role| role.account)
}

#[derive(Debug, Clone, Copy)]
pub(super) struct RoleArn<'a> {
    pub(super) arn: &'a str,
    partition: &'a str,
    account: &'a str,
    /// With its path.
    pub(super) name: &'a str,
}

impl<'a> RoleArn<'a> {
    /// The `RoleArn` of a request.
    pub(super) fn of(context: &Context<'a>) -> Result<Self, Refusal> {
        let arn = required(context, "RoleArn", "roleArn", 20..=2_048)?;
        Self::read(arn).ok_or_else(|| invalid(&format!("{arn} is invalid")))
    }

    fn read(arn: &'a str) -> Option<Self> {
        let mut parts = arn.splitn(6, ':');
        let (prefix, partition, service, region) =
            (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let (account, resource) = (parts.next()?, parts.next()?);
        let name = resource.strip_prefix("role/").filter(|name| !name.is_empty())?;
        let is_role = prefix == "arn"
            && partition.starts_with("aws")
            && service == "iam"
            && region.is_empty()
            && account.len() == 12
            && account.bytes().all(|b| b.is_ascii_digit());
        is_role.then_some(Self { arn, partition, account, name })
    }

    /// The role's account and rule, if there is such a role and its account is open.
    pub(super) fn find(self, context: &Context<'a>) -> Option<(&'a Account, RoleRule)> {
        let account = context.world.account(self.account).filter(|account| account.active)?;
        let rule = rule_for(context.world, account, self.name)?;
        (self.partition == "aws").then_some((account, rule))
    }
}
