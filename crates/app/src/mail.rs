//! Mail: what goes into the outbox, and the worker that empties it.

mod deliver_mail;
mod notices;

pub use deliver_mail::deliver_due_mails;

pub(crate) use notices::{
    notify_address_change, notify_link_sent_elsewhere, notify_moved_login_names, notify_password_change,
};
