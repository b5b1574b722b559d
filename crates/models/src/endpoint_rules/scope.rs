use super::{EndpointRulesError, MAX_DEPTH, Variable};
use crate::Text;
use crate::text::Interner;

/// What is known at a place in the document.
#[derive(Debug, Default)]
pub(super) struct Scope {
    pub(super) texts: Interner,
    /// The names that variables have here, by their numbers.
    names: Vec<String>,
    /// The most there were at once.
    most: usize,
    depth: usize,
}

impl Scope {
    pub(super) fn text(&mut self, text: &str) -> Text {
        self.texts.text(text)
    }

    pub(super) fn variable(&self, name: &str) -> Result<Variable, EndpointRulesError> {
        let number = self.names.iter().position(|known| known == name);
        number.map(|number| Variable(number as u32)).ok_or_else(|| {
            EndpointRulesError::new(format!("nothing here is called `{}`", name.escape_debug()))
        })
    }

    /// A new variable, up to the end of the rule.
    pub(super) fn assign(&mut self, name: &str) -> Result<Variable, EndpointRulesError> {
        if self.variable(name).is_ok() {
            return Err(EndpointRulesError::new(format!("`{}` is assigned twice", name.escape_debug())));
        }
        self.names.push(name.to_owned());
        self.most = self.most.max(self.names.len());
        Ok(Variable((self.names.len() - 1) as u32))
    }

    /// Reads something that is inside what is read now; what it assigns ends with it.
    pub(super) fn inside<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, EndpointRulesError>,
    ) -> Result<T, EndpointRulesError> {
        if self.depth == MAX_DEPTH {
            return Err(EndpointRulesError::new(format!("nested more than {MAX_DEPTH} deep")));
        }
        self.depth += 1;
        let known = self.names.len();
        let read = read(self);
        self.names.truncate(known);
        self.depth -= 1;
        read
    }

    /// The most variables there were at once.
    pub(super) fn most(&self) -> u32 {
        self.most as u32
    }
}
