use std::sync::Arc;

use orgwide_models::Catalog;
use orgwide_names::Glob;
use serde_json::Value;

use crate::built_in::FILES;
use crate::collector::Spec;
use crate::declaration::{self, Declaration, Document};
use crate::detail::Details;
use crate::expression::{Expression, Path, Template};
use crate::parameters::Parameters;
use crate::problem::{Problems, nearest};
use crate::record::digest;
use crate::within::Within;
use crate::{Collector, CollectorsError, Kind, TypeError, check, undeclared};

/// Every type of resource that can be collected: those that come with this crate, and a user's own.
#[derive(Debug, Clone)]
pub struct Collectors {
    catalog: Arc<Catalog>,
    /// Sorted by their names.
    all: Vec<Collector>,
    /// A hash of what each file of the user's own declares.
    own: Vec<String>,
}

impl Collectors {
    /// The types that come with this crate, collected by the models of `catalog`.
    ///
    /// # Errors
    ///
    /// None, as the files of this crate are tested.
    pub fn built_in(catalog: Arc<Catalog>) -> Result<Self, CollectorsError> {
        let mut collectors = Self { catalog, all: Vec::new(), own: Vec::new() };
        for (_, text) in FILES {
            collectors.add(&parse(text)?)?;
        }
        Ok(collectors)
    }

    /// The same with the types of a file, which go before those of their names; `text` is YAML in the form of the files
    /// in `collectors/`.
    ///
    /// # Errors
    ///
    /// Everything that is wrong in the file, with its place: what does not fit the model of the service too.
    pub fn with_file(mut self, text: &str) -> Result<Self, CollectorsError> {
        let document = parse(text)?;
        let mut problems = Problems::default();
        check::fits(&document, &self, &mut problems);
        problems.conclude(())?;
        self.add(&document)?;
        // As values: comments and blanks make no difference.
        let declared: Value = serde_saphyr::from_str(text).map_err(|error| Problems::unreadable(&error))?;
        self.own.push(digest(&declared));
        Ok(self)
    }

    /// A hash of what each of the user's own files declares, in the order they were given; it stays the same while
    /// only comments and blanks in them change.
    #[must_use]
    pub fn own(&self) -> &[String] {
        &self.own
    }

    fn add(&mut self, document: &Document) -> Result<(), CollectorsError> {
        let mut problems = Problems::default();
        for declaration in &document.types {
            let spec = self.spec(&document.service.value, declaration, &mut problems);
            if let Some(collector) = spec.map(Collector::new) {
                match self.all.binary_search_by(|known| known.kind().cmp(collector.kind())) {
                    Ok(place) => self.all.splice(place..=place, [collector]),
                    Err(place) => self.all.splice(place..place, [collector]),
                };
            }
        }
        problems.conclude(())
    }

    fn spec(&self, service: &str, declared: &Declaration, problems: &mut Problems) -> Option<Spec> {
        let kind = problems.read(&declared.kind, |name| {
            let is_word = |part: &str| {
                !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
            };
            match name.split_once(':') {
                Some((service, resource)) if is_word(service) && is_word(resource) => Ok(Kind::new(name)),
                _ => Err("a type is called SERVICE:RESOURCE, such as `ec2:instance`".to_owned()),
            }
        });
        let id = problems.read(&declared.id, Expression::of_id);
        let arn = declared.arn.as_ref().map(|text| problems.read(text, Template::new));
        let name = declared.name.as_ref().map(|text| problems.read(text, Expression::new));
        let region = declared.region.as_ref().map(|text| problems.read(text, Expression::new));
        let within = declared.within.as_ref().map(|within| self.within(within, problems));
        let within = match within {
            Some(within) => Some(within?),
            None => None,
        };
        Some(Spec {
            catalog: Arc::clone(&self.catalog),
            kind: kind?,
            also: declared.also.clone(),
            service: service.to_owned(),
            operation: declared.operation.value.clone(),
            parameters: Value::Object(declared.parameters.clone()),
            actions: declared.actions.iter().map(|action| action.value.clone()).collect(),
            items: Some(declared.items.value.clone()),
            member: declared.member.clone(),
            json: None,
            id: Some(id?),
            arn: arn.flatten(),
            name: name.flatten(),
            tags: declared.tags.as_ref().map(|path| Path::new(&path.value)),
            is_declared: true,
            region: region.flatten(),
            scope: declared.scope,
            page: declared.page.as_ref().map(|page| page.value),
            common: declared.common,
            note: declared.note.clone(),
            within,
            details: Details::new(declared, problems),
        })
    }

    fn within(&self, declared: &declaration::Within, problems: &mut Problems) -> Option<Within> {
        let parent = problems.read(&declared.kind, |name| {
            let known = || self.all.iter().map(|known| known.kind().as_str());
            self.named(name).cloned().ok_or_else(|| {
                format!("no type of this name is declared before this one{}", nearest(name, known()))
            })
        })?;
        Some(Within {
            parent,
            parameters: Parameters::declared(Some(&declared.parameters), problems)?,
            members: Parameters::declared(declared.members.as_ref(), problems)?,
        })
    }

    /// The type of exactly that name.
    pub(crate) fn named(&self, kind: &str) -> Option<&Collector> {
        let place = self.all.binary_search_by(|known| known.kind().as_str().cmp(kind)).ok()?;
        self.all.get(place)
    }

    pub(crate) fn catalog(&self) -> &Arc<Catalog> {
        &self.catalog
    }

    /// Every declared type, in the order of their names.
    #[must_use]
    pub fn all(&self) -> &[Collector] {
        &self.all
    }

    /// The types that are collected when none is named.
    pub fn common(&self) -> impl Iterator<Item = &Collector> {
        self.all.iter().filter(|collector| collector.is_common())
    }

    /// The collectors that `types` ask for, each once; the common ones for none.
    ///
    /// A type is asked for by its name, by another name for it, or by a pattern (`ec2:*`), in any case and with or
    /// without hyphens and underscores. What fits no declared type may be
    ///
    /// - an operation that lists and needs no parameters, `glue:ListCrawlers`: the types declared with it, else what
    ///   its model tells of it;
    /// - the same with the path of a list after it, `iam:GetAccountAuthorizationDetails.UserDetailList`, where an
    ///   answer has several;
    /// - a type of the Cloud Control API, `AWS::Logs::LogGroup`, with or without `cloudcontrol:` before it.
    ///
    /// # Errors
    ///
    /// [`TypeError`] when one of them is none of these, with what it is and what to do instead.
    pub fn find(&self, types: &[impl AsRef<str>]) -> Result<Vec<Collector>, TypeError> {
        if types.is_empty() {
            return Ok(self.common().cloned().collect());
        }
        let mut found: Vec<Collector> = Vec::new();
        for text in types.iter().map(AsRef::as_ref) {
            let pattern = Glob::new(&bare(text));
            let declared = self.all.iter().filter(|known| fits(&pattern, known.spec()));
            let mut fitting: Vec<Collector> = declared.cloned().collect();
            if fitting.is_empty() {
                fitting = undeclared::find(&self.catalog, &self.all, text)?;
            }
            for collector in fitting {
                if !found.contains(&collector) {
                    found.push(collector);
                }
            }
        }
        Ok(found)
    }
}

impl Collector {
    /// Whether `pattern` means the type, by its name, by another name for it, or as a pattern (`ec2:*`), in any case
    /// and with or without hyphens and underscores.
    #[must_use]
    pub fn fits(&self, pattern: &str) -> bool {
        fits(&Glob::new(&bare(pattern)), self.spec())
    }
}

fn parse(text: &str) -> Result<Document, CollectorsError> {
    serde_saphyr::from_str(text).map_err(|error| Problems::unreadable(&error))
}

/// Whether a pattern means the type, by any of its names.
fn fits(pattern: &Glob, spec: &Spec) -> bool {
    spec.names().any(|name| pattern.matches(&bare(&name)))
}

/// A name without what its spellings differ in.
pub(crate) fn bare(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '-' | '_')).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built_in() -> Collectors {
        Collectors::built_in(Catalog::embedded()).unwrap_or_else(|error| panic!("{error}"))
    }

    fn kinds(types: &[&str]) -> Result<Vec<String>, TypeError> {
        Ok(built_in().find(types)?.iter().map(|found| found.kind().to_string()).collect())
    }

    #[test]
    fn every_declared_type_fits_the_model_of_its_service() {
        for (file, text) in FILES {
            let mut problems = Problems::default();
            check::fits(&parse(text).unwrap(), &built_in(), &mut problems);
            problems.conclude(()).unwrap_or_else(|error| panic!("{file}\n{error}"));
        }
    }

    #[test]
    fn types_are_found_by_name_and_pattern_and_never_twice() {
        assert_eq!(kinds(&["s3:bucket", "ec2:inst*", "S3:*"]).unwrap(), ["s3:bucket", "ec2:instance"]);
        let common = built_in().common().count();
        assert_eq!(kinds(&[]).unwrap().len(), common);
    }

    #[test]
    fn a_type_tells_every_permission_it_takes() {
        let collectors = built_in();
        let actions = |kind: &str| collectors.find(&[kind]).unwrap()[0].actions();
        assert_eq!(actions("ec2:eip"), ["ec2:DescribeAddresses"]);
        assert_eq!(actions("s3:bucket"), ["s3:ListAllMyBuckets"]);
        assert_eq!(actions("es:domain"), ["es:ListDomainNames"]);
        assert_eq!(actions("efs:file_system"), ["elasticfilesystem:DescribeFileSystems"]);
        assert_eq!(actions("elbv2:load_balancer"), ["elasticloadbalancing:DescribeLoadBalancers"]);
        assert_eq!(actions("config:recorder"), ["config:DescribeConfigurationRecorders"]);
        assert_eq!(actions("apigateway:rest_api"), ["apigateway:GET"]);
        let two = ["cloudformation:DescribeStacks", "cloudformation:ListStacks"];
        assert_eq!(actions("cloudformation:stack"), two);
    }

    #[test]
    fn what_is_no_permission_is_refused_with_its_place() {
        let text = concat!(
            "service: sns\ntypes:\n  - type: sns:topic\n    operation: ListTopics\n    actions: [ListTopics]\n",
            "    items: Topics\n    id: TopicArn\n    page: 100\n",
        );
        let error = built_in().with_file(text).unwrap_err();
        assert!(error.to_string().starts_with("5:15: `ListTopics`: an IAM action"), "{error}");
    }

    #[test]
    fn a_type_that_does_not_exist_is_refused_with_the_nearest() {
        let error = kinds(&["ec2:instances"]).unwrap_err().to_string();
        assert!(error.contains("`ec2:instance`?"), "{error}");
        assert!(kinds(&["quux:*"]).is_err());
    }
}
