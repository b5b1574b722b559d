/// What people call a resource of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// Its id.
    Id,
    /// The value of that tag; a resource without the tag has no name.
    Tag(&'static str),
}
