//! The permission rules against a second, naive implementation ([`oracle`]), and the built-in roles against the requirement.
//! One program, so that `cargo xtask mutants` builds and runs a single one for each change it tries.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "code that tests share")]

mod account_index;
mod account_path;
mod comparison;
mod exhaustive;
mod explanations;
mod flips;
mod oracle;
mod own_resources;
mod properties;
mod role_table;
mod standing;
mod text_sentences;
mod words;
mod worlds;
