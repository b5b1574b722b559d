use std::fmt;

/// Which part of AWS refused a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Denial {
    /// No policy of who calls allows the action, or AWS does not say what refused it.
    NoPermission,
    /// A policy that bounds what is allowed does not allow the action, whatever the caller's own policies say.
    NotAllowed(PolicyKind),
    /// A policy of that kind denies the action explicitly.
    Forbidden(PolicyKind),
    /// A role could not be assumed: AWS does not say whether it is missing, does not trust the caller, or
    /// belongs to an account that is suspended.
    RoleNotAssumable,
    /// The caller itself has no permission to assume roles.
    CallerMayNotAssume,
}

/// The kinds of policies that AWS names where it refuses a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PolicyKind {
    /// A policy of the user or role that calls.
    Identity,
    /// A policy of what is called: a bucket, a key, a queue.
    Resource,
    /// A service control policy of the organization.
    ServiceControl,
    /// A resource control policy of the organization.
    ResourceControl,
    /// The permissions boundary of the user or role.
    PermissionsBoundary,
    /// A policy that was given when the session began.
    Session,
    /// A policy of the VPC endpoint that the call went through.
    VpcEndpoint,
    /// AWS names none.
    Unknown,
}

/// How AWS spells each kind. The trust policy of a role is none of these, since only AssumeRole asks it.
const SPELLED: [(&str, PolicyKind); 7] = [
    ("identity-based policy", PolicyKind::Identity),
    ("resource-based policy", PolicyKind::Resource),
    ("service control policy", PolicyKind::ServiceControl),
    ("resource control policy", PolicyKind::ResourceControl),
    ("permissions boundary", PolicyKind::PermissionsBoundary),
    ("session policy", PolicyKind::Session),
    ("VPC endpoint policy", PolicyKind::VpcEndpoint),
];

impl Denial {
    /// Reads AWS's explanation, which it gives in words only:
    /// `… with an explicit deny in a service control policy: arn:…`, `… because no session policy allows the … action`.
    pub(crate) fn in_text(text: &str) -> Self {
        let about_assuming = text.contains("perform: sts:AssumeRole");
        let ending = |begin: &str| text.split_once(begin).map(|(_, ending)| ending);
        if let Some(ending) = ending("with an explicit deny") {
            return match kind_at_start(ending) {
                None if about_assuming && ending.contains("role trust policy") => Self::RoleNotAssumable,
                Some(PolicyKind::Resource) if about_assuming => Self::RoleNotAssumable,
                kind => Self::Forbidden(kind.unwrap_or(PolicyKind::Unknown)),
            };
        }
        match ending("because no").and_then(kind_at_start) {
            Some(PolicyKind::Identity) if about_assuming => Self::CallerMayNotAssume,
            // Of a role it is its trust policy.
            Some(PolicyKind::Resource) if about_assuming => Self::RoleNotAssumable,
            Some(PolicyKind::Identity) => Self::NoPermission,
            Some(kind) => Self::NotAllowed(kind),
            None if about_assuming => Self::RoleNotAssumable,
            None => Self::NoPermission,
        }
    }

    /// The kind of policy that refused; none where what refused is that none allows.
    #[must_use]
    pub fn policy_kind(self) -> Option<PolicyKind> {
        match self {
            Self::NotAllowed(kind) | Self::Forbidden(kind) => Some(kind),
            Self::NoPermission | Self::RoleNotAssumable | Self::CallerMayNotAssume => None,
        }
    }

    /// Whether a policy says no, so that no other can say yes.
    #[must_use]
    pub fn is_explicit(self) -> bool {
        matches!(self, Self::Forbidden(_))
    }
}

/// The kind that stands in the next few words: `in a session policy`, ` session policy allows`.
fn kind_at_start(text: &str) -> Option<PolicyKind> {
    let text = text.trim_start();
    let text = text.strip_prefix("in ").unwrap_or(text);
    let text = ["an ", "a ", "the "].iter().find_map(|article| text.strip_prefix(article)).unwrap_or(text);
    SPELLED.iter().find(|(spelled, _)| text.starts_with(spelled)).map(|(_, kind)| *kind)
}

/// The policy that AWS names behind its explanation: a policy of the organization by its id, `p-…`, any other by its
/// ARN.
pub(crate) fn policy_in(text: &str) -> Option<&str> {
    let (_, ending) = text.split_once("with an explicit deny in ")?;
    let (_, arn) = ending.split_once(": ")?;
    let end =
        arn.find(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '"' | '\'')).unwrap_or(arn.len());
    let arn = arn.get(..end)?.trim_end_matches('.');
    let of_organization = arn.split(':').nth(2)? == "organizations";
    let id = arn.rsplit('/').next().filter(|id| of_organization && id.starts_with("p-"));
    arn.starts_with("arn:").then(|| id.unwrap_or(arn))
}

/// As AWS spells it; `policy` where it is unknown.
impl fmt::Display for PolicyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let spelled = SPELLED.iter().find(|(_, kind)| kind == self);
        f.write_str(spelled.map_or("policy", |(spelled, _)| spelled))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHO: &str = "User: arn:aws:sts::111122223333:assumed-role/Audit/x is not authorized to perform:";

    #[test]
    fn every_kind_of_policy_is_read_from_its_implicit_explicit_and_newest_wording() {
        use PolicyKind::*;
        for (words, kind, arn, id) in [
            (
                "a service control policy",
                ServiceControl,
                "arn:aws:organizations::777788889999:policy/o-exampleorgid/service_control_policy/p-abcd1234",
                "p-abcd1234",
            ),
            (
                "a resource control policy",
                ResourceControl,
                "arn:aws:organizations::777788889999:policy/o-exampleorgid/resource_control_policy/p-1a2b3c4d",
                "p-1a2b3c4d",
            ),
            (
                "an identity-based policy",
                Identity,
                "arn:aws:iam::111122223333:policy/team/DenyEc2",
                "arn:aws:iam::111122223333:policy/team/DenyEc2",
            ),
            (
                "a permissions boundary",
                PermissionsBoundary,
                "arn:aws:iam::111122223333:policy/Boundary",
                "arn:aws:iam::111122223333:policy/Boundary",
            ),
            (
                "a session policy",
                Session,
                "arn:aws:iam::aws:policy/ReadOnlyAccess",
                "arn:aws:iam::aws:policy/ReadOnlyAccess",
            ),
            ("a resource-based policy", Resource, "arn:aws:s3:::b", "arn:aws:s3:::b"),
            (
                "a VPC endpoint policy",
                VpcEndpoint,
                "arn:aws:ec2:eu-west-1:111122223333:vpc-endpoint/vpce-0a",
                "arn:aws:ec2:eu-west-1:111122223333:vpc-endpoint/vpce-0a",
            ),
        ] {
            let explicit =
                format!("{WHO} ec2:DescribeInstances on resource: * with an explicit deny in {words}");
            assert_eq!(Denial::in_text(&explicit), Denial::Forbidden(kind), "{explicit}");
            assert_eq!(policy_in(&explicit), None);
            for tail in ["", ".", " Encoded authorization failure message: abc: arn:x"] {
                let newest = format!("{explicit}: {arn}{tail}");
                assert_eq!(Denial::in_text(&newest), Denial::Forbidden(kind), "{newest}");
                assert_eq!(policy_in(&newest), Some(id), "{newest}");
            }
            let (_, bare) = words.split_once(' ').unwrap();
            let implicit = format!(
                "{WHO} ec2:DescribeInstances because no {bare} allows the ec2:DescribeInstances action"
            );
            let expected = if kind == Identity { Denial::NoPermission } else { Denial::NotAllowed(kind) };
            assert_eq!(Denial::in_text(&implicit), expected, "{implicit}");
            assert_eq!(kind.to_string(), bare);
        }
    }

    #[test]
    fn older_and_shorter_words_say_as_much_as_they_do() {
        for (text, denial) in [
            ("Access Denied", Denial::NoPermission),
            ("", Denial::NoPermission),
            ("You are not authorized to perform this operation.", Denial::NoPermission),
            (
                "You are not authorized to perform this operation. Encoded authorization failure message: 4GIo",
                Denial::NoPermission,
            ),
            (
                "User: arn:aws:iam::1:user/x is not authorized to perform: s3:ListAllMyBuckets with an explicit deny",
                Denial::Forbidden(PolicyKind::Unknown),
            ),
            // A policy may be named like a kind of policy.
            (
                "with an explicit deny in an identity-based policy: arn:aws:iam::1:policy/session policy",
                Denial::Forbidden(PolicyKind::Identity),
            ),
        ] {
            assert_eq!(Denial::in_text(text), denial, "{text}");
        }
        for text in [
            "with an explicit deny in a service control policy: see your administrator",
            "with an explicit deny in a service control policy:",
            "because no identity-based policy allows: arn:aws:iam::1:policy/x",
            "with an explicit deny in a service control policy: arn",
        ] {
            assert_eq!(policy_in(text), None, "{text}");
        }
    }

    #[test]
    fn who_may_not_assume_roles_is_told_from_a_role_that_may_not_be_assumed() {
        let on = "User: arn:aws:iam::1:user/x is not authorized to perform: sts:AssumeRole on resource: r";
        for (end, denial) in [
            ("", Denial::RoleNotAssumable),
            (" because no role trust policy allows the sts:AssumeRole action", Denial::RoleNotAssumable),
            (" with an explicit deny in the role trust policy", Denial::RoleNotAssumable),
            (" because no resource-based policy allows the sts:AssumeRole action", Denial::RoleNotAssumable),
            (
                " because no identity-based policy allows the sts:AssumeRole action",
                Denial::CallerMayNotAssume,
            ),
            (
                " with an explicit deny in a service control policy",
                Denial::Forbidden(PolicyKind::ServiceControl),
            ),
            (
                " because no session policy allows the sts:AssumeRole action",
                Denial::NotAllowed(PolicyKind::Session),
            ),
        ] {
            assert_eq!(Denial::in_text(&format!("{on}{end}")), denial, "{end}");
        }
    }

    #[test]
    fn only_a_policy_that_denies_is_explicit() {
        assert!(Denial::Forbidden(PolicyKind::Unknown).is_explicit());
        for denial in
            [Denial::NotAllowed(PolicyKind::Session), Denial::NoPermission, Denial::RoleNotAssumable]
        {
            assert!(!denial.is_explicit());
        }
        assert_eq!(Denial::CallerMayNotAssume.policy_kind(), None);
        assert_eq!(Denial::NotAllowed(PolicyKind::Session).policy_kind(), Some(PolicyKind::Session));
    }
}
