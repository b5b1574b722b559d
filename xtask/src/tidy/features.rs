//! Default features of the AWS crates: they bring a second, older HTTP and TLS stack.

use anyhow::Result;

use super::Subject;
use crate::workspace::Workspace;

pub(super) fn check(subject: &Subject) -> Result<Vec<String>> {
    Ok(problems(&subject.workspace))
}

fn problems(workspace: &Workspace) -> Vec<String> {
    let mut problems = Vec::new();
    for package in &workspace.packages {
        for dependency in &package.dependencies {
            if dependency.name.starts_with("aws-") && dependency.uses_default_features {
                problems.push(format!(
                    "{} has the default features of {}; say `default-features = false` in the root manifest",
                    package.name, dependency.name
                ));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(dependency: &str) -> Vec<String> {
        let metadata = format!(
            r#"{{"target_directory":"t","packages":[
                {{"name":"app","manifest_path":"/w/app/Cargo.toml","dependencies":[{dependency}]}}]}}"#
        );
        problems(&Workspace::parse(&metadata).unwrap())
    }

    #[test]
    fn default_features_of_an_aws_crate_are_refused_in_tests_too() {
        for kind in ["null", r#""dev""#] {
            let found =
                check(&format!(r#"{{"name":"aws-sdk-s3","kind":{kind},"uses_default_features":true}}"#));
            assert!(found.len() == 1 && found[0].contains("aws-sdk-s3"), "{found:?}");
        }
    }

    #[test]
    fn without_them_it_passes() {
        let dependency = r#"{"name":"aws-sdk-s3","kind":null,"uses_default_features":false}"#;
        assert_eq!(check(dependency), [""; 0]);
    }

    #[test]
    fn crates_of_others_are_free() {
        assert_eq!(check(r#"{"name":"serde","kind":null,"uses_default_features":true}"#), [""; 0]);
    }
}
