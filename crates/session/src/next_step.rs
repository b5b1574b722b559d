use crate::{Call, Class, Denial, Failure, PolicyKind};

impl Failure {
    /// What the reader of the report should do next.
    #[must_use]
    pub fn next_step(&self) -> String {
        let Call { service, operation, region, .. } = self.call();
        if let Some(step) =
            self.asked().and_then(|asked| asked.next_step(self.class(), self.message(), region.as_ref()))
        {
            return step;
        }
        let step = match self.class() {
            Class::RateLimited => {
                return format!("try {service}:{operation} again later, or let its limit make calls wait");
            }
            Class::Throttled => {
                return format!(
                    "lower the rate of {service}:{operation}, or run again when the account is quieter"
                );
            }
            Class::Unavailable | Class::TimedOut => "run again: the service did not answer as it should",
            Class::CutOff => "run again: if answers go on breaking off, look at the proxy and the network",
            Class::Unreachable => "check the network, the proxy and the endpoint",
            Class::Untrusted => {
                "name a file with the certificate of the proxy's or endpoint's authority in AWS_CA_BUNDLE"
            }
            Class::Denied(denial) => return self.against(denial),
            Class::RegionDisabled => match region {
                Some(region) => return format!("enable {region} in the account, or leave it out"),
                None => "enable the region in the account, or leave it out",
            },
            Class::ServiceAbsent => match region {
                Some(region) => {
                    return format!(
                        "leave {region} out for {service}, which is not offered there; if it is, check the name servers"
                    );
                }
                None => "leave the service out here; if it is offered, check the name servers",
            },
            Class::NotSubscribed => {
                return format!(
                    "sign in to the account and turn {service} on, or leave the account out: a new one may need a day"
                );
            }
            Class::AccountUnavailable => {
                "leave the account out, or have its owner settle with AWS Support what it is blocked for"
            }
            Class::Expired if self.is_of_callers_own() || self.call().account.is_none() => "sign in again",
            Class::Expired => "run again; if it stays so, sign in again and look at this machine's clock",
            Class::NoCredentials if self.is_about_time() => {
                "set this machine's clock: AWS takes signatures of the last five minutes only"
            }
            Class::NoCredentials if self.status().is_some() => {
                "check that the credentials are valid and that the region is enabled in the account"
            }
            Class::NoCredentials => {
                "sign in (`aws sso login`, `aws configure`), set AWS_PROFILE, or name a profile"
            }
            Class::NotFromAws => "check what stands between here and AWS: a proxy, a portal, the endpoint",
            Class::TooLarge => {
                return format!("ask {service}:{operation} for less at once: smaller pages, or a filter");
            }
            Class::Bug => "correct the input if it is at fault; else report it, with this line",
            Class::NotFound | Class::Invalid | Class::Other => "see what AWS says above",
        };
        step.to_owned()
    }

    /// What to do about a refusal.
    fn against(&self, denial: Denial) -> String {
        let Call { service, operation, .. } = self.call();
        let named = |kind: PolicyKind| match self.policy() {
            Some(policy) => format!("the {kind} {policy}"),
            None => format!("a {kind}"),
        };
        let step = match denial {
            Denial::RoleNotAssumable => {
                "check that the role exists and that its trust policy names the caller"
            }
            Denial::CallerMayNotAssume => {
                "allow the caller sts:AssumeRole on the role, in the caller's own account"
            }
            Denial::NoPermission => {
                return format!("allow {service}:{operation} in the policies of the role or user that calls");
            }
            Denial::NotAllowed(kind) => {
                return format!(
                    "have {service}:{operation} allowed in the {kind}, which bounds what others allow"
                );
            }
            Denial::Forbidden(kind @ (PolicyKind::ServiceControl | PolicyKind::ResourceControl)) => {
                return format!(
                    "ask who keeps the organization's policies: {} forbids {service}:{operation}, or leave the account or region out",
                    named(kind)
                );
            }
            Denial::Forbidden(PolicyKind::Unknown) => {
                return format!("find the policy that denies {service}:{operation}");
            }
            Denial::Forbidden(kind) => {
                return format!("take {service}:{operation} out of what {} denies", named(kind));
            }
        };
        step.to_owned()
    }

    /// Whether a signature was refused for its time.
    fn is_about_time(&self) -> bool {
        matches!(self.code(), Some("RequestTimeTooSkewed" | "RequestInTheFuture"))
            || self.message().contains("Signature expired")
            || self.message().contains("Signature not yet current")
    }
}
