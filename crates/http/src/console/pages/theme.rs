//! `POST /console/theme`: light, dark, or as the system says.

use axum::response::Response;

use super::{
    actor::safe_next,
    answers::{PageError, see_other, with_cookie},
    forms::Form,
};
use crate::{console::views::Theme, cookies};

const YEAR_SECONDS: u64 = 365 * 24 * 60 * 60;

pub async fn choose(form: Form) -> Result<Response, PageError> {
    let form = form.only(&["theme", "next"])?;
    let cookie = match Theme::from_key(&form.text("theme")) {
        Theme::Auto => cookies::clear(cookies::THEME),
        chosen => cookies::set(cookies::THEME, chosen.key(), Some(YEAR_SECONDS)),
    };
    Ok(with_cookie(see_other(safe_next(&form.text("next"))), cookie))
}
