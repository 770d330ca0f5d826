//! A large tree of accounts and people that nobody typed: the same one for the same number. It is made of domain values, so that
//! what is stored could have been created by hand.
#![forbid(unsafe_code)]

mod accounts;
mod dice;
mod names;
mod people;
mod plan;
mod population;

pub use population::{Login, Population, Size};
