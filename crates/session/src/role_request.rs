use orgwide_names::RoleArn;

/// A role to assume, and under what name.
///
/// Sessions that ask for equal requests from the same parent share one set of credentials.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RoleRequest {
    role: RoleArn,
    session_name: String,
}

impl RoleRequest {
    /// Asks for `role`, under the session name `orgwide` and for an hour, which is the longest that is
    /// always granted: a role assumed from a role gets no more.
    #[must_use]
    pub fn new(role: RoleArn) -> Self {
        Self { role, session_name: "orgwide".to_owned() }
    }

    /// Sets the name by which the account's CloudTrail knows the session.
    ///
    /// AWS takes 2 to 64 letters, digits and any of `=,.@-_+`; other characters become hyphens here, and
    /// what is longer is cut.
    #[must_use]
    pub fn session_name(mut self, name: &str) -> Self {
        let legal = |c: char| if c.is_ascii_alphanumeric() || "=,.@-_+".contains(c) { c } else { '-' };
        let mut name: String = name.chars().map(legal).take(64).collect();
        while name.len() < 2 {
            name.push('-');
        }
        self.session_name = name;
        self
    }

    /// The role asked for.
    #[must_use]
    pub fn role(&self) -> &RoleArn {
        &self.role
    }

    pub(crate) fn name(&self) -> &str {
        &self.session_name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_becomes_a_session_name_aws_takes() {
        let role: RoleArn = "arn:aws:iam::012345678901:role/Audit".parse().unwrap();
        let named = |name: &str| RoleRequest::new(role.clone()).session_name(name).session_name;
        assert_eq!(named("run 7/é"), "run-7--");
        assert_eq!(named(""), "--");
        assert_eq!(named(&"x".repeat(99)).len(), 64);
    }
}
