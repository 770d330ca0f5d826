//! The console in a real browser: what people do there, from end to end.

mod driver;
mod http;
mod mail;
mod self_test;
mod server;

mod accounts;
mod branding;
mod create_user;
mod first_password;
mod form_errors;
mod grants;
mod life_of_a_user;
mod looks;
mod own_account;
mod people;
mod pictures;
mod roles;
