//! The console: pages rendered on the server, with a stylesheet and a little script.

pub mod assets;
pub mod pages;
pub mod views;

pub use pages::routes;
