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
use crate::denial;
use crate::modelled;
use crate::page::{Pages, Twist};
use crate::params::Params;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::world::World;

/// All that an operation may look at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) world: &'a World,
    pub(crate) vault: &'a Vault,
    pub(crate) objects: &'a s3::Objects,
    pub(crate) call: &'a Call,
    pub(crate) params: &'a Params,
    pub(crate) caller: &'a Caller,
    pub(crate) now: SystemTime,
    pub(crate) request_id: &'a str,
    /// What a fault does to its listing, if it has one.
    pub(crate) twist: Option<Twist>,
}

impl<'a> Context<'a> {
    /// The account whose credentials signed the call.
    pub(crate) fn account(&self) -> &'a Account {
        &self.world.accounts[self.caller.account]
    }

    /// The pages of the listing that `listing` names.
    pub(crate) fn pages(&self, listing: &[&str]) -> Pages {
        Pages::of(self.world.seed(), listing).at_most(self.world.spec.largest_page()).twisted(self.twist)
    }

    /// Refuses parameters that the operation would have to heed and does not know.
    pub(crate) fn only(&self, known: &[&str]) -> Result<(), Refusal> {
        match self.params.first_beyond(known) {
            Some(name) => Err(Refusal::unsupported(self.call.protocol, &self.call.operation, name)),
            None => Ok(()),
        }
    }
}

/// What answers an operation.
type Run = fn(&Context<'_>) -> Result<Reply, Refusal>;

/// What answers an operation of which more is known than its model.
pub(crate) fn by_hand(service: &str, operation: &str) -> Option<Run> {
    Some(match (service, operation) {
        ("sts", "AssumeRole") => sts::assume_role,
        ("sts", "AssumeRoleWithWebIdentity") => sts::assume_role_with_web_identity,
        ("sts", "AssumeRoleWithSAML") => sts::assume_role_with_saml,
        ("sts", "GetCallerIdentity") => sts::get_caller_identity,
        ("organizations", "ListAccounts") => organizations::list_accounts,
        ("organizations", "DescribeOrganization") => organizations::describe_organization,
        ("organizations", "ListRoots") => organizations::list_roots,
        ("organizations", "ListOrganizationalUnitsForParent") => {
            organizations::list_organizational_units_for_parent
        }
        ("organizations", "ListAccountsForParent") => organizations::list_accounts_for_parent,
        ("organizations", "ListParents") => organizations::list_parents,
        ("organizations", "ListChildren") => organizations::list_children,
        ("organizations", "DescribeAccount") => organizations::describe_account,
        ("organizations", "DescribeOrganizationalUnit") => organizations::describe_organizational_unit,
        ("organizations", "ListTagsForResource") => organizations::list_tags_for_resource,
        ("iam", "ListAccountAliases") => iam::list_account_aliases,
        ("account", "ListRegions") => account::list_regions,
        ("ec2", "DescribeRegions") => ec2::describe_regions,
        ("ec2", "DescribeInstances") => ec2::describe_instances,
        ("s3", "ListBuckets") => s3::list_buckets,
        ("s3", "HeadBucket") => s3::head_bucket,
        ("s3", "ListObjectsV2") => s3::list_objects_v2,
        ("s3", "GetObject") => s3::get_object,
        ("s3", "PutObject") => s3::put_object,
        ("s3", "CreateMultipartUpload") => s3::create_multipart_upload,
        ("s3", "UploadPart") => s3::upload_part,
        ("s3", "CompleteMultipartUpload") => s3::complete_multipart_upload,
        ("s3", "AbortMultipartUpload") => s3::abort_multipart_upload,
        _ => return None,
    })
}

/// Answers a call.
pub(crate) fn answer(context: &Context<'_>) -> Result<Reply, Refusal> {
    let call = context.call;
    let service = call.service();
    // Where there is one endpoint for all regions, the region of the signature says nothing.
    let regional =
        matches!(service, "sts" | "ec2" | "s3") || call.target.is_some() && !modelled::is_global(service);
    let operation = call.operation.as_str();
    if regional && !context.world.region_answers(service, call.region()) {
        if service == "sts" && sts::ASSUMING.contains(&operation) && context.world.is_opt_in(call.region()) {
            return Err(sts::region_disabled(&context.account().id));
        }
        return Err(Refusal::not_recognised(call.protocol));
    }
    let run = by_hand(service, operation);
    if run.is_none() && call.target.is_none() {
        return Err(Refusal::unknown_operation(call));
    }
    let answered = match denial::reason(context.world, call, context.account(), &call.action()) {
        Some(reason) if call.signature.is_some() => {
            Err(Refusal::denied_because(call, &context.caller.arn, &reason))
        }
        _ => match (run, &call.target) {
            (Some(run), _) => run(context),
            (None, Some(target)) => modelled::respond(context, target),
            (None, None) => Err(Refusal::unknown_operation(call)),
        },
    };
    answered.map_err(|refusal| s3::with_region(context, refusal))
}
