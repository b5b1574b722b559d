use std::collections::BTreeMap;

use orgwide_names::AccountId;

use crate::matchers::Matchers;
use crate::{
    LeftOut, Member, NotSelected, OuPattern, OuTree, ParseSelectionError, State, TagFilter, accounts_file,
};

/// Which accounts a run is about.
///
/// Includes are united; tags filter what they include; exclusions are subtracted and always win. With nothing
/// included, the selection is the caller's own account.
///
/// ```
/// use orgwide_account::Selection;
///
/// let mut selection = Selection::default();
/// selection.include_unit("Workloads/Prod*")?;
/// selection.filter_tag("team=*")?;
/// selection.exclude("012345678901")?;
/// assert!(selection.needs_listing(), "who is in a unit is the organization's to tell");
/// # Ok::<(), orgwide_account::ParseSelectionError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Selection {
    whole_organization: bool,
    pub(crate) included: Matchers,
    pub(crate) excluded: Matchers,
    tags: Vec<TagFilter>,
}

/// What a selection says of one account.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// It is in.
    Included,
    /// It would be in, but for a rule.
    LeftOut(LeftOut),
    /// Nothing asked for it.
    NotSelected(NotSelected),
}

impl Selection {
    /// Includes every account of the organization.
    pub fn include_organization(&mut self) {
        self.whole_organization = true;
    }

    /// Includes an account by id, or those whose name fits the pattern (`*` and `?`).
    ///
    /// # Errors
    ///
    /// Ten digits or more and nothing else, which are neither an id nor likely a name.
    pub fn include(&mut self, text: &str) -> Result<(), ParseSelectionError> {
        self.included.add(text)
    }

    /// Includes the accounts in a unit and in those below it, by id or by [pattern](OuPattern) over names.
    ///
    /// # Errors
    ///
    /// A text that is neither.
    pub fn include_unit(&mut self, text: &str) -> Result<(), ParseSelectionError> {
        self.included.units.push(text.parse()?);
        Ok(())
    }

    /// Includes the accounts of a list: ids and names as for [`include`](Self::include), one a line.
    ///
    /// Empty lines, comments after `#` and the heading of a table are passed over. Of lines with commas, semicolons
    /// or tabs the first column counts; a name with any of those stands in double quotes.
    ///
    /// # Errors
    ///
    /// Every line that is wrong, with its number. Nothing is included then.
    pub fn include_list(&mut self, text: &str) -> Result<(), ParseSelectionError> {
        let accounts = accounts_file::accounts(text)?;
        accounts.iter().try_for_each(|account| self.include(account))
    }

    /// Keeps only accounts with this tag, `KEY=VALUE`; each further one has to be there too.
    ///
    /// # Errors
    ///
    /// A text without key or equals sign.
    pub fn filter_tag(&mut self, text: &str) -> Result<(), ParseSelectionError> {
        self.tags.push(text.parse()?);
        Ok(())
    }

    /// Excludes an account by id, or those whose name fits the pattern.
    ///
    /// # Errors
    ///
    /// As for [`include`](Self::include).
    pub fn exclude(&mut self, text: &str) -> Result<(), ParseSelectionError> {
        self.excluded.add(text)
    }

    /// Excludes the accounts in a unit and in those below it.
    ///
    /// # Errors
    ///
    /// As for [`include_unit`](Self::include_unit).
    pub fn exclude_unit(&mut self, text: &str) -> Result<(), ParseSelectionError> {
        self.excluded.units.push(text.parse()?);
        Ok(())
    }

    /// Whether the organization's list of accounts has to be read: for all of it, for names and for units.
    #[must_use]
    pub fn needs_listing(&self) -> bool {
        self.whole_organization || self.included.need_listing() || self.excluded.need_listing()
    }

    /// Whether it has to be known in which unit each account is.
    #[must_use]
    pub fn needs_units(&self) -> bool {
        self.units().next().is_some()
    }

    /// Whether the names of units have to be known: for patterns over them.
    #[must_use]
    pub fn needs_unit_names(&self) -> bool {
        self.units().any(|unit| unit.unit_id().is_none())
    }

    /// Whether the accounts' tags have to be known.
    #[must_use]
    pub fn needs_tags(&self) -> bool {
        !self.tags.is_empty()
    }

    /// Whether nothing was included, so that the selection is the caller's own account.
    #[must_use]
    pub fn is_callers_own(&self) -> bool {
        !self.whole_organization && self.included.is_empty()
    }

    /// The one account selected, when the selection can be no other.
    #[must_use]
    pub fn only_account(&self) -> Option<AccountId> {
        let by_id_alone = !self.whole_organization && !self.included.need_listing();
        match (by_id_alone, self.included.ids.len()) {
            (true, 1) => self.included.ids.first().copied(),
            _ => None,
        }
    }

    /// The accounts included by id, in order.
    pub fn included_ids(&self) -> impl Iterator<Item = AccountId> {
        self.included.ids.iter().copied()
    }

    /// What the selection says of an account the organization lists, before its tags are known.
    ///
    /// The tree is for patterns over the names of units; without it they match nothing.
    #[must_use]
    pub fn judge(&self, member: &Member, tree: Option<&OuTree>) -> Verdict {
        let wanted = self.whole_organization
            || self.included.name_account(member)
            || self.included.name_unit(member, tree);
        if wanted { self.judge_wanted(member, tree) } else { Verdict::NotSelected(NotSelected::NotIncluded) }
    }

    /// What the rules say of an account the organization lists, given that it is asked for.
    pub(crate) fn judge_wanted(&self, member: &Member, tree: Option<&OuTree>) -> Verdict {
        if self.excluded.name_account(member) {
            Verdict::LeftOut(LeftOut::Excluded)
        } else if self.excluded.name_unit(member, tree) {
            Verdict::LeftOut(LeftOut::ExcludedUnit(place(member, tree)))
        } else if !self.excluded.units.is_empty() && member.ou_path.is_none() {
            Verdict::LeftOut(LeftOut::UnknownUnit)
        } else if member.state != State::Active {
            Verdict::LeftOut(LeftOut::NotActive(member.state.clone()))
        } else {
            Verdict::Included
        }
    }

    /// What the selection says of an account that is asked for, and of which only the id is known.
    #[must_use]
    pub fn judge_id(&self, id: AccountId) -> Verdict {
        if self.excluded.ids.contains(&id) { Verdict::LeftOut(LeftOut::Excluded) } else { Verdict::Included }
    }

    /// The first tag asked for that is not among these.
    #[must_use]
    pub fn lacking(&self, tags: &BTreeMap<String, String>) -> Option<&TagFilter> {
        self.tags.iter().find(|filter| !filter.matches(tags))
    }

    fn units(&self) -> impl Iterator<Item = &OuPattern> {
        self.included.units.iter().chain(&self.excluded.units)
    }
}

/// Where an account is, for people: names where they are known.
fn place(member: &Member, tree: Option<&OuTree>) -> String {
    let Some(path) = &member.ou_path else { return String::new() };
    match tree {
        Some(tree) if path.parents().count() > 1 => tree.names(path).join("/"),
        _ => path.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(id: &str, name: &str, state: &str) -> Member {
        let state = State::from_aws(state);
        let ou_path = crate::OuPath::parse("o-x/r-ab12/ou-ab12-11111111");
        Member { id: id.parse().unwrap(), name: name.to_owned(), state, ou_path }
    }

    fn selection(org: bool, include: &[&str], exclude: &[&str]) -> Selection {
        let mut selection = Selection { whole_organization: org, ..Selection::default() };
        include.iter().for_each(|text| selection.include(text).unwrap());
        exclude.iter().for_each(|text| selection.exclude(text).unwrap());
        selection
    }

    const NOT_ASKED: Verdict = Verdict::NotSelected(NotSelected::NotIncluded);

    #[test]
    fn includes_are_united_and_exclusions_win() {
        let chosen = selection(false, &["000000000001", "prod-*"], &["prod-x", "000000000003"]);
        let verdict = |id, name| chosen.judge(&member(id, name, "ACTIVE"), None);
        assert_eq!(verdict("000000000001", "dev"), Verdict::Included);
        assert_eq!(verdict("000000000002", "prod-web"), Verdict::Included);
        assert_eq!(verdict("000000000002", "prod-x"), Verdict::LeftOut(LeftOut::Excluded));
        assert_eq!(verdict("000000000003", "prod-web"), Verdict::LeftOut(LeftOut::Excluded));
        assert_eq!(verdict("000000000004", "dev"), NOT_ASKED);
        assert_eq!(verdict("000000000004", "Prod-web"), NOT_ASKED, "names tell case");
    }

    #[test]
    fn a_unit_includes_and_excludes_what_is_in_it() {
        let verdict = |include: &[&str], exclude: &[&str]| {
            let mut chosen = selection(false, &["x"], &[]);
            include.iter().for_each(|text| chosen.include_unit(text).unwrap());
            exclude.iter().for_each(|text| chosen.exclude_unit(text).unwrap());
            chosen.judge(&member("000000000001", "dev", "ACTIVE"), None)
        };
        assert_eq!(verdict(&["ou-ab12-11111111"], &[]), Verdict::Included);
        assert_eq!(verdict(&["ou-ab12-22222222"], &[]), NOT_ASKED);
        let excluded = LeftOut::ExcludedUnit("o-x/r-ab12/ou-ab12-11111111".into());
        assert_eq!(verdict(&["ou-ab12-11111111"], &["r-ab12"]), Verdict::LeftOut(excluded));
    }

    #[test]
    fn an_account_that_is_not_active_is_left_out_with_its_state() {
        let verdict = selection(true, &[], &[]).judge(&member("000000000001", "x", "SUSPENDED"), None);
        assert_eq!(verdict, Verdict::LeftOut(LeftOut::NotActive(State::Inactive("SUSPENDED".into()))));
    }

    #[test]
    fn only_names_units_and_the_whole_need_the_listing() {
        assert!(!selection(false, &["000000000001"], &["000000000002"]).needs_listing());
        assert!(selection(false, &["000000000001"], &["dev-*"]).needs_listing());
        assert!(selection(false, &["dev"], &[]).needs_listing());
        assert!(selection(true, &[], &[]).needs_listing());
        let mut tagged = selection(false, &["000000000001"], &[]);
        tagged.filter_tag("a=b").unwrap();
        assert!(!tagged.needs_listing() && tagged.needs_tags());
        let mut by_unit = Selection::default();
        by_unit.exclude_unit("ou-ab12-11111111").unwrap();
        assert!(by_unit.needs_listing() && by_unit.needs_units() && !by_unit.needs_unit_names());
        by_unit.include_unit("Prod").unwrap();
        assert!(by_unit.needs_unit_names());
    }

    #[test]
    fn an_id_with_a_digit_too_few_is_not_taken_for_a_name() {
        let mut selection = Selection::default();
        assert!(selection.include("12345678901").is_err());
        assert!(selection.include("").is_err());
        assert!(selection.include("2024").is_ok(), "a short number may well be a name");
    }

    #[test]
    fn a_list_with_a_bad_line_includes_nothing() {
        let mut selection = Selection::default();
        assert!(selection.include_list("000000000001\n12345678901\n").is_err());
        assert!(selection.is_callers_own());
        selection.include_list("000000000001\n000000000002 # two\n").unwrap();
        assert_eq!(selection.included_ids().count(), 2);
    }

    #[test]
    fn every_tag_has_to_be_there() {
        let mut selection = Selection::default();
        selection.filter_tag("env=prod").unwrap();
        selection.filter_tag("team=*").unwrap();
        let lacking = |tags: &[(&str, &str)]| {
            let tags = tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
            selection.lacking(&tags).map(ToString::to_string)
        };
        assert_eq!(lacking(&[("env", "prod"), ("team", "x")]), None);
        assert_eq!(lacking(&[("env", "prod")]).as_deref(), Some("team=*"));
        assert_eq!(lacking(&[("team", "x")]).as_deref(), Some("env=prod"));
    }

    #[test]
    fn a_single_id_is_the_only_account() {
        let only = selection(false, &["000000000001"], &[]);
        assert_eq!(only.only_account().unwrap().as_str(), "000000000001");
        assert_eq!(selection(false, &["000000000001", "x"], &[]).only_account(), None);
        assert_eq!(selection(true, &["000000000001"], &[]).only_account(), None);
    }
}
