//! `GET/POST /console/profile`: oneself.

use askama::Template;

use super::{
    field_errors::FieldErrorsView,
    frame::Frame,
    shown::{Avatar, Choice, Moment},
    user_form::{RegionRules, UserValues},
    user_page::PersonFacts,
};

/// One session of one's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    pub id: String,
    /// `Firefox on Linux`, or `Bearer token`.
    pub device: String,
    pub address: String,
    pub started: Moment,
    pub last_used: Moment,
    /// The session this page is shown in.
    pub current: bool,
}

/// Form (if `editable`): the fields of [`UserValues`] but `loginLocal`, `loginDomain`, `email`, `alternativeEmail`, `status`
/// and `role`, and hidden `version`. Beside it: `POST /console/profile/image` (file `image`), `…/image/remove`,
/// `…/sessions/{id}/revoke`.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/profile.html")]
pub struct ProfilePage {
    pub frame: Frame,
    pub avatar: Avatar,
    pub facts: PersonFacts,
    /// The role allows to edit one's own profile; else only the facts are shown.
    pub editable: bool,
    pub version: String,
    pub conflict: bool,
    pub values: UserValues,
    pub errors: FieldErrorsView,
    pub countries: Vec<Choice>,
    pub region: RegionRules,
    pub password_changed: Option<Moment>,
    pub last_sign_in: Option<Moment>,
    pub sessions: Vec<SessionRow>,
    pub image_error: Option<String>,
}
