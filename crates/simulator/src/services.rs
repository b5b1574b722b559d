//! The simulated services.

pub(crate) mod account;
pub(crate) mod ec2;
pub(crate) mod iam;
pub(crate) mod organizations;
pub(crate) mod s3;
pub(crate) mod sts;

use std::time::SystemTime;

use crate::account::Account;
use crate::call::Call;
use crate::caller::Caller;
use crate::credentials::Vault;
use crate::params::Params;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::world::World;

/// All that an operation may look at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) world: &'a World,
    pub(crate) vault: &'a Vault,
    pub(crate) call: &'a Call,
    pub(crate) params: &'a Params,
    pub(crate) caller: &'a Caller,
    pub(crate) now: SystemTime,
    pub(crate) request_id: &'a str,
}

impl<'a> Context<'a> {
    /// The account whose credentials signed the call.
    pub(crate) fn account(&self) -> &'a Account {
        &self.world.accounts[self.caller.account]
    }

    /// Refuses parameters that the operation would have to heed and does not know.
    pub(crate) fn only(&self, known: &[&str]) -> Result<(), Refusal> {
        match self.params.first_beyond(known) {
            Some(name) => Err(Refusal::unsupported(self.call.protocol, &self.call.operation, name)),
            None => Ok(()),
        }
    }
}

/// Answers a call.
pub(crate) fn answer(context: &Context<'_>) -> Result<Reply, Refusal> {
    let call = context.call;
    let service = call.service();
    // Organizations and Account Management have one endpoint for all regions, so the region of the signature
    // says nothing there.
    let regional = matches!(service, "sts" | "ec2" | "s3");
    if regional && !context.world.region_answers(service, call.region()) {
        return Err(Refusal::not_recognised(call.protocol));
    }
    match (service, call.operation.as_str()) {
        ("sts", "AssumeRole") => sts::assume_role(context),
        ("sts", "GetCallerIdentity") => sts::get_caller_identity(context),
        ("organizations", "ListAccounts") => organizations::list_accounts(context),
        ("organizations", "DescribeOrganization") => organizations::describe_organization(context),
        ("organizations", "ListRoots") => organizations::list_roots(context),
        ("organizations", "ListOrganizationalUnitsForParent") => {
            organizations::list_organizational_units_for_parent(context)
        }
        ("organizations", "ListAccountsForParent") => organizations::list_accounts_for_parent(context),
        ("organizations", "ListParents") => organizations::list_parents(context),
        ("organizations", "ListChildren") => organizations::list_children(context),
        ("organizations", "DescribeAccount") => organizations::describe_account(context),
        ("organizations", "DescribeOrganizationalUnit") => {
            organizations::describe_organizational_unit(context)
        }
        ("organizations", "ListTagsForResource") => organizations::list_tags_for_resource(context),
        ("iam", "ListAccountAliases") => iam::list_account_aliases(context),
        ("account", "ListRegions") => account::list_regions(context),
        ("ec2", "DescribeRegions") => ec2::describe_regions(context),
        ("ec2", "DescribeInstances") => ec2::describe_instances(context),
        ("s3", "ListBuckets") => s3::list_buckets(context),
        _ => Err(Refusal::unknown_operation(call)),
    }
}
