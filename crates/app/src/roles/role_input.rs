//! A role as typed.

use tenantry_domain::{
    InvalidValue, Line,
    permission::{Cell, PermissionMatrix, RoleDefinition},
};

use crate::{FieldErrors, actor::cell_names};

/// A role as typed. When one is changed, absent means unchanged; an inner `None` clears the description.
#[derive(Debug, Clone, Default)]
pub struct RoleInput {
    /// What people call it.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<Option<String>>,
    /// The names of its cells, as `own.users.view`.
    pub cells: Option<Vec<String>>,
    /// Whether its holder may edit the own profile; left out of a new role, yes.
    pub edits_own_profile: Option<bool>,
}

impl RoleInput {
    /// The definition, over what there was before a change.
    ///
    /// # Errors
    /// All wrong fields at once; `cells` if a cell is unknown, or changes what the role cannot view in the same scope.
    pub(super) fn definition(&self, before: Option<&RoleDefinition>) -> Result<RoleDefinition, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = match (&self.name, before) {
            (None, Some(before)) => Some(before.name.clone()),
            (raw, _) => errors.take("name", Line::parse(raw.as_deref().unwrap_or_default())),
        };
        let description = match (&self.description, before) {
            (None, Some(before)) => Some(before.description.clone()),
            (raw, _) => errors.take("description", Line::parse_optional(raw.as_ref().and_then(Option::as_deref))),
        };
        let matrix = match (&self.cells, before) {
            (None, Some(before)) => Some(before.matrix()),
            (None, None) => errors.take("cells", Err(InvalidValue::Required)),
            (Some(names), _) => parse_cells(names, &mut errors),
        };
        let edits_own_profile =
            self.edits_own_profile.or(before.map(|before| before.edits_own_profile)).unwrap_or(true);
        let definition = name.zip(description).zip(matrix).and_then(|((name, description), matrix)| {
            RoleDefinition::try_new(name, description, matrix, edits_own_profile).ok()
        });
        errors.finish(definition)
    }
}

fn parse_cells(names: &[String], errors: &mut FieldErrors) -> Option<PermissionMatrix> {
    let cells: Vec<Option<Cell>> = names.iter().map(|name| Cell::find(name)).collect();
    let unknown = names.iter().zip(&cells).find(|(_, cell)| cell.is_none()).map(|(name, _)| name);
    if let Some(name) = unknown {
        let shown: String = name.chars().take(60).collect();
        errors.add(
            "cells",
            "unknown-value",
            format!("There is no cell `{shown}`. Cells are named like `own.users.view`."),
        );
        return None;
    }
    let matrix: PermissionMatrix = cells.into_iter().flatten().collect();
    let missing = cell_names(matrix.missing_views());
    if missing.is_empty() {
        return Some(matrix);
    }
    let message = format!("Whoever may change something must be allowed to see it. Add {}.", missing.join(", "));
    errors.add("cells", "view-missing", message);
    None
}
