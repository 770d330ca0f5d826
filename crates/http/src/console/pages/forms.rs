//! Posted forms, read strictly: every field once (but for the ticks of a matrix), and none that the page does not have.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Multipart, Path, RawQuery, Request, multipart::Field},
    http::{HeaderMap, StatusCode, header, request::Parts},
};
use tenantry_app::{Denied, UseCaseError};
use tenantry_domain::{AccountId, InvalidValue, permission::RoleKey};

use super::answers::{Failure, PageError, log_failure};
use crate::{
    console::views::FieldErrorsView,
    problem::{sentence_of, status_of},
    request::{HttpState, Id, read_body},
};

/// Text fields of a form, as posted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form(Vec<(String, String)>);

impl Form {
    fn parse(bytes: &[u8]) -> Result<Self, PageError> {
        let mut form = Self::default();
        for (name, value) in url::form_urlencoded::parse(bytes) {
            form.add(name.into_owned(), value.into_owned())?;
        }
        Ok(form)
    }

    /// The one field that a form has several times: a ticked cell of a role.
    const REPEATED: &str = "cell";

    fn add(&mut self, name: String, value: String) -> Result<(), PageError> {
        if name != Self::REPEATED && self.has(&name) {
            return Err(unexpected("A field came twice."));
        }
        self.0.push((name, value));
        Ok(())
    }

    /// Refuses fields of any other name.
    pub fn only(self, known: &[&str]) -> Result<Self, PageError> {
        if self.0.iter().all(|(name, _)| known.contains(&name.as_str())) { Ok(self) } else { Err(unknown_field()) }
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// The field's text; empty if it did not come.
    pub fn text(&self, name: &str) -> String {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_default()
    }

    /// The texts of every field of this name.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.iter().filter(|(known, _)| *known == name).map(|(_, value)| value.to_owned()).collect()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Hands every field to `take`, which gives back what it does not know; that must be one of `known`.
    pub fn distribute(
        &self,
        known: &[&str],
        mut take: impl FnMut(&str, String) -> Option<String>,
    ) -> Result<(), PageError> {
        for (name, value) in self.iter() {
            if take(name, value.to_owned()).is_some() && !known.contains(&name) {
                return Err(unknown_field());
            }
        }
        Ok(())
    }
}

fn unknown_field() -> PageError {
    unexpected("It has a field that this page does not know.")
}

/// The form is not one of ours.
pub fn unexpected(text: &str) -> PageError {
    let text = Some(format!("{text} Nothing was saved. Load the page again."));
    PageError::Failed(Failure { text, ..Failure::new(StatusCode::UNPROCESSABLE_ENTITY) })
}

fn is_type(headers: &HeaderMap, wanted: &str) -> bool {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    given.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(wanted)
}

impl FromRequest<HttpState> for Form {
    type Rejection = PageError;

    async fn from_request(request: Request, state: &HttpState) -> Result<Self, PageError> {
        let has_type = request.headers().contains_key(header::CONTENT_TYPE);
        if has_type && !is_type(request.headers(), "application/x-www-form-urlencoded") {
            return Err(unexpected("It is not a form."));
        }
        let bytes: Bytes = read_body(request, state).await.map_err(|problem| {
            PageError::new(StatusCode::from_u16(problem.status).unwrap_or(StatusCode::BAD_REQUEST))
        })?;
        Self::parse(&bytes)
    }
}

/// A form with an image; without one it may come as any other form.
#[derive(Debug, Clone, Default)]
pub struct UploadForm {
    pub fields: Form,
    /// The chosen file; of one that is too large, only as much as shows that it is.
    pub image: Option<Vec<u8>>,
}

impl UploadForm {
    /// The most of a request that is read: an image far too large still leaves the other fields standing.
    pub const LIMIT: usize = 24 * 1024 * 1024;
    const MOST_IMAGE: usize = 5 * 1024 * 1024 + 1;
    /// A logo may be among it, in base64.
    const MOST_TEXT: usize = 512 * 1024;
}

impl FromRequest<HttpState> for UploadForm {
    type Rejection = PageError;

    async fn from_request(request: Request, state: &HttpState) -> Result<Self, PageError> {
        if is_type(request.headers(), "application/x-www-form-urlencoded") {
            return Ok(Self { fields: Form::from_request(request, state).await?, image: None });
        }
        let mut parts = Multipart::from_request(request, state).await.map_err(|_| unexpected("It is not a form."))?;
        let mut upload = Self::default();
        let mut text_left = Self::MOST_TEXT;
        while let Some(mut field) = parts.next_field().await.map_err(broken)? {
            let name = field.name().unwrap_or_default().to_owned();
            if name != "image" {
                let bytes = read_part(&mut field, text_left + 1).await?;
                text_left = text_left.checked_sub(bytes.len()).ok_or(PageError::new(StatusCode::PAYLOAD_TOO_LARGE))?;
                let text = String::from_utf8(bytes).map_err(|_| unexpected("It is not text."))?;
                upload.fields.add(name, text)?;
                continue;
            }
            if upload.image.is_some() {
                return Err(unexpected("A field came twice."));
            }
            let chosen = field.file_name().is_some_and(|file| !file.is_empty());
            let bytes = read_part(&mut field, Self::MOST_IMAGE).await?;
            upload.image = (chosen || !bytes.is_empty()).then_some(bytes);
        }
        Ok(upload)
    }
}

/// Reads the part to its end and keeps at most `most` bytes.
async fn read_part(field: &mut Field<'_>, most: usize) -> Result<Vec<u8>, PageError> {
    let mut kept = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        let room = most.saturating_sub(kept.len()).min(chunk.len());
        kept.extend(chunk.iter().take(room));
    }
    Ok(kept)
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
fn broken(error: axum::extract::multipart::MultipartError) -> PageError {
    PageError::new(error.status())
}

/// The query of an address, read like a form but without refusing what is not known: addresses get decorated.
#[derive(Debug, Clone, Default)]
pub struct Query(Form);

impl Query {
    /// The parameter; the last one if it came several times, empty if it did not.
    pub fn text(&self, name: &str) -> String {
        self.0.0.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_default()
    }

    pub fn given(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|text| !text.trim().is_empty())
    }
}

impl FromRequestParts<HttpState> for Query {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, PageError> {
        let Ok(RawQuery(query)) = RawQuery::from_request_parts(parts, state).await;
        let query = query.unwrap_or_default();
        let pairs = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Ok(Self(Form(pairs)))
    }
}

/// An id in the path; what is no id names nothing.
#[derive(Debug, Clone, Copy)]
pub struct PathId<T>(pub T);

impl<T: std::str::FromStr<Err = InvalidValue>> FromRequestParts<HttpState> for PathId<T> {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, PageError> {
        let Id(id) = Id::from_request_parts(parts, state).await.map_err(|_| PageError::not_found())?;
        Ok(Self(id))
    }
}

/// A role as seen from an account; what is no role names nothing.
#[derive(Debug, Clone, Copy)]
pub struct PathRole {
    pub account_id: AccountId,
    pub role: RoleKey,
}

impl FromRequestParts<HttpState> for PathRole {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, PageError> {
        let path = Path::<(String, String)>::from_request_parts(parts, state).await;
        let Path((account, role)) = path.map_err(|_| PageError::not_found())?;
        let account_id = account.parse().map_err(|_: InvalidValue| PageError::not_found())?;
        let role = RoleKey::parse(&role).map_err(|_| PageError::not_found())?;
        Ok(Self { account_id, role })
    }
}

/// Why a form was not taken: the status, and what the form says when it is shown again with all that was typed.
#[derive(Debug, Clone, Default)]
pub struct Refusal {
    pub status: StatusCode,
    pub errors: FieldErrorsView,
    /// Somebody else was faster.
    pub stale: bool,
}

/// What is wrong with a form, or the error page if that is no matter of what was typed.
pub fn refusal(error: UseCaseError) -> Result<Refusal, PageError> {
    let mut refusal = Refusal { status: status_of(&error), ..Refusal::default() };
    match &error {
        UseCaseError::Invalid(invalid) => {
            for problem in invalid.iter() {
                refusal.errors.add(&problem.field, problem.message.clone());
            }
        }
        UseCaseError::Denied(Denied::RoleNotCovered { .. }) => {
            refusal.errors.add("role", "Choose a role that gives no more than you hold here yourself.");
        }
        UseCaseError::Denied(Denied::RoleHolder | Denied::OwnRole) => refusal.errors.form = Some(sentence_of(&error)),
        UseCaseError::Conflict(conflict) => match conflict.field() {
            Some(field) => refusal.errors.add(field, sentence_of(&error)),
            None => refusal.errors.form = Some(sentence_of(&error)),
        },
        UseCaseError::Stale => refusal.stale = true,
        UseCaseError::Busy
        | UseCaseError::Resolver(_)
        | UseCaseError::Storage(_)
        | UseCaseError::TooManyAttempts { .. } => {
            log_failure(refusal.status, &error);
            refusal.errors.form = Some(sentence_of(&error));
        }
        UseCaseError::Denied(_) | UseCaseError::NotSignedIn | UseCaseError::LinkUnusable => return Err(error.into()),
    }
    in_page_order(&mut refusal.errors);
    Ok(refusal)
}

/// Notes that a repeated password differs.
pub fn require_repeat(errors: &mut FieldErrorsView, password: &str, repeat: &str) {
    if password != repeat {
        errors.add("passwordRepeat", "The two do not agree. Type the same password in both fields.");
    }
}

/// The pages' order of fields, which is not the order in which they are checked.
const PAGE_ORDER: [&str; 17] = [
    "firstName",
    "lastName",
    "displayName",
    "company",
    "jobTitle",
    "department",
    "loginName",
    "email",
    "alternativeEmail",
    "address",
    "phone",
    "currentPassword",
    "security",
    "password",
    "passwordRepeat",
    "status",
    "image",
];

/// Puts the errors into the order of the fields on the page.
pub fn in_page_order(errors: &mut FieldErrorsView) {
    errors.fields.sort_by_key(|error| {
        let name = error.field.split('.').next().unwrap_or_default();
        PAGE_ORDER.iter().position(|known| *known == name).unwrap_or(PAGE_ORDER.len())
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_that_came_twice_or_is_not_known_is_refused() {
        assert!(Form::parse(b"email=a%40a.example&email=b%40b.example").is_err());
        assert_eq!(Form::parse(b"cell=a&name=x&cell=b").unwrap().all("cell"), ["a", "b"]);
        let form = Form::parse(b"loginName=avery&role=full_access").unwrap();
        assert!(form.clone().only(&["loginName"]).is_err());
        assert_eq!(form.only(&["loginName", "role"]).unwrap().text("loginName"), "avery");
    }

    #[test]
    fn errors_stand_in_the_order_of_the_page() {
        let mut errors = FieldErrorsView::default();
        for field in ["role", "image", "security.password", "email", "address.city", "firstName", "passwordRepeat"] {
            errors.add(field, "x");
        }
        in_page_order(&mut errors);
        let order: Vec<&str> = errors.fields.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(
            order,
            ["firstName", "email", "address.city", "security.password", "passwordRepeat", "image", "role"]
        );
    }
}
