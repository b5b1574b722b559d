use std::fmt;
use std::str::FromStr;

use crate::{AccountId, Partition};

/// The name of an IAM role with its path, such as `OrganizationAccountAccessRole` or `audit/ReadOnly`.
///
/// The name has 1 to 64 characters, the path up to 512 (limits of the IAM API).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RoleName(String);

/// The ARN of an IAM role: which role, in which account of which partition.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RoleArn {
    partition: String,
    account: AccountId,
    role: RoleName,
}

/// The role to assume in an account, as a user writes it.
///
/// Either a role name, with `{account}` standing for the account's id where one is wanted, or a full
/// ARN, which fits one account only unless it has `{account}` in place of the id.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RoleSpec {
    /// A name or a path and a name, the same in every account but for `{account}`.
    Name(String),
    /// An ARN, in which `{account}` may stand for the id.
    Arn(String),
}

/// The text was not a role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseRoleError {
    /// Neither a name nor a path and a name.
    #[error(
        "`{0}` is not a role name: letters, digits and any of +=,.@-_ with an optional path, such as `audit/ReadOnly`"
    )]
    Name(String),
    /// It begins like an ARN and is none of a role.
    #[error("`{0}` is not the ARN of a role: one looks like `arn:aws:iam::123456789012:role/Audit`")]
    Arn(String),
    /// An ARN without `{account}`, where several accounts may be meant.
    #[error("the role `{arn}` is in account {account} only: give a role name, or `{{account}}` for the id")]
    OneAccountOnly {
        /// The ARN as given.
        arn: String,
        /// The account it is in.
        account: AccountId,
    },
    /// An ARN without `{account}` met an account other than its own.
    #[error(
        "the role `{arn}` is in another account than {account}: give a role name, or `{{account}}` for the id"
    )]
    OtherAccount {
        /// The ARN as given.
        arn: String,
        /// The account it was asked for.
        account: AccountId,
    },
}

const PLACEHOLDER: &str = "{account}";

fn shortened(text: &str) -> String {
    text.escape_debug().take(128).collect()
}

impl RoleName {
    /// The path and the name, without a leading slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RoleName {
    type Err = ParseRoleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.strip_prefix('/').unwrap_or(text);
        let (path, name) = text.rsplit_once('/').unwrap_or(("", text));
        let legal = |c: char| c.is_ascii_alphanumeric() || "+=,.@-_".contains(c);
        let good = (1..=64).contains(&name.len())
            && name.chars().all(legal)
            && path.len() <= 510
            && (path.is_empty() || path.split('/').all(|part| !part.is_empty() && part.chars().all(legal)));
        if good { Ok(Self(text.to_owned())) } else { Err(ParseRoleError::Name(shortened(text))) }
    }
}

impl fmt::Display for RoleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl RoleArn {
    /// The ARN of `role` in `account`.
    #[must_use]
    pub fn new(partition: Partition, account: AccountId, role: RoleName) -> Self {
        Self { partition: partition.id().to_owned(), account, role }
    }

    /// The account the role is in.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// The role's path and name.
    #[must_use]
    pub fn role(&self) -> &RoleName {
        &self.role
    }
}

impl FromStr for RoleArn {
    type Err = ParseRoleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed = || {
            let rest = text.strip_prefix("arn:")?;
            let (partition, rest) = rest.split_once(':')?;
            let (account, role) = rest.strip_prefix("iam::")?.split_once(":role/")?;
            let known = Partition::from_id(partition)?;
            Some(Self {
                partition: known.id().to_owned(),
                account: account.parse().ok()?,
                role: role.parse().ok()?,
            })
        };
        parsed().ok_or_else(|| ParseRoleError::Arn(shortened(text)))
    }
}

impl fmt::Display for RoleArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "arn:{}:iam::{}:role/{}", self.partition, self.account, self.role)
    }
}

impl RoleSpec {
    /// The role to assume in `account`.
    ///
    /// # Errors
    ///
    /// [`ParseRoleError::OtherAccount`] when this is an ARN of another account, and the other kinds when
    /// filling in `{account}` does not give a role.
    pub fn resolve(&self, partition: Partition, account: AccountId) -> Result<RoleArn, ParseRoleError> {
        match self {
            Self::Name(name) => {
                let role = name.replace(PLACEHOLDER, account.as_str()).parse()?;
                Ok(RoleArn::new(partition, account, role))
            }
            Self::Arn(arn) => {
                let role: RoleArn = arn.replace(PLACEHOLDER, account.as_str()).parse()?;
                if role.account == account {
                    Ok(role)
                } else {
                    Err(ParseRoleError::OtherAccount { arn: role.to_string(), account })
                }
            }
        }
    }

    /// The one account this role is for, when it names one.
    #[must_use]
    pub fn only_account(&self) -> Option<AccountId> {
        match self {
            Self::Arn(arn) if !arn.contains(PLACEHOLDER) => {
                arn.parse::<RoleArn>().ok().map(|arn| arn.account)
            }
            _ => None,
        }
    }
}

impl Default for RoleSpec {
    /// `OrganizationAccountAccessRole`, which AWS Organizations makes in every account it creates.
    fn default() -> Self {
        Self::Name("OrganizationAccountAccessRole".to_owned())
    }
}

impl FromStr for RoleSpec {
    type Err = ParseRoleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // Any id stands in for the check: it only has to parse once filled in.
        let sample = text.replace(PLACEHOLDER, "000000000000");
        if text.starts_with("arn:") {
            sample.parse::<RoleArn>().map(|_| Self::Arn(text.to_owned()))
        } else {
            sample.parse::<RoleName>().map(|_| Self::Name(text.to_owned()))
        }
    }
}

impl fmt::Display for RoleSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(text) | Self::Arn(text) => f.pad(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "012345678901";

    fn resolved(spec: &str) -> Result<String, ParseRoleError> {
        spec.parse::<RoleSpec>()?.resolve(Partition::aws(), ID.parse().unwrap()).map(|arn| arn.to_string())
    }

    #[test]
    fn a_name_a_path_and_a_template_become_arns() {
        assert_eq!(resolved("Audit").unwrap(), "arn:aws:iam::012345678901:role/Audit");
        assert_eq!(resolved("a/b/Audit").unwrap(), "arn:aws:iam::012345678901:role/a/b/Audit");
        assert_eq!(resolved("audit-{account}").unwrap(), "arn:aws:iam::012345678901:role/audit-012345678901");
        let template = "arn:aws-cn:iam::{account}:role/Audit";
        assert_eq!(resolved(template).unwrap(), "arn:aws-cn:iam::012345678901:role/Audit");
    }

    #[test]
    fn an_arn_of_another_account_is_refused() {
        let error = resolved("arn:aws:iam::999999999999:role/Audit").unwrap_err();
        assert!(matches!(error, ParseRoleError::OtherAccount { .. }), "{error}");
    }

    #[test]
    fn an_arn_names_its_only_account_and_a_name_none() {
        let only = |text: &str| text.parse::<RoleSpec>().unwrap().only_account().map(|id| id.to_string());
        assert_eq!(only("arn:aws:iam::012345678901:role/Audit").as_deref(), Some(ID));
        assert_eq!(only("arn:aws:iam::{account}:role/Audit"), None);
        assert_eq!(only("Audit"), None);
    }

    #[test]
    fn what_is_no_role_is_refused() {
        for bad in
            ["", "a b", "a//b", "x/", "arn:aws:iam::1:role/x", "arn:aws:sts::012345678901:role/x", "rôle"]
        {
            assert!(bad.parse::<RoleSpec>().is_err(), "{bad:?}");
        }
        assert!("x".repeat(65).parse::<RoleSpec>().is_err());
    }
}
