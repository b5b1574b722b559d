use std::sync::Arc;

use orgwide_models::{Kind, Model, ShapeId};
use serde_saphyr::Location;

use crate::expression::Expression;
use crate::parameters::Parameters;
use crate::problem::Problems;
use crate::shapes;

/// An item of a list, as the model has it and as it becomes a record.
pub(super) struct Item {
    pub(super) model: Arc<Model>,
    pub(super) shape: ShapeId,
    /// What it is called where it is a bare text.
    pub(super) member: Option<String>,
    /// Members that it gets besides.
    pub(super) given: Vec<String>,
}

impl Item {
    pub(super) fn is_structure(&self) -> bool {
        self.model.shape(self.shape).kind == Kind::Structure
    }

    /// Whether there is a text that an expression can give.
    pub(super) fn tells(&self, expression: &Expression) -> Result<(), String> {
        let Some(path) = expression.path() else { return Ok(()) };
        if self.given.iter().any(|given| path.names().eq([given.as_str()])) {
            return Ok(());
        }
        match &self.member {
            Some(member) => path
                .names()
                .eq([member.as_str()])
                .then_some(())
                .ok_or_else(|| format!("the only member of an item is `{member}`")),
            None => match shapes::at(&self.model, self.shape, path)? {
                shape if shapes::is_scalar(&self.model, shape) => Ok(()),
                _ => Err("this is a structure, a list or a map, not a text".to_owned()),
            },
        }
    }

    /// Whether all that is to be filled in can be.
    pub(super) fn check_parameters(&self, parameters: &Parameters, at: Location, problems: &mut Problems) {
        for expression in parameters.expressions() {
            if let Err(why) = self.tells(expression) {
                problems.add(at, why);
            }
        }
    }
}
