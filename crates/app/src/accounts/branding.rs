//! Logo and colours of accounts: as typed, as stored, and as pages before sign-in show them.

use tenantry_domain::{
    account::{BrandColor, Branding, Inherited},
    contact::DomainName,
};

use crate::{
    Actor, App, FieldErrors, UseCaseError,
    ports::{ImageError, StoredImage, UnitOfWork},
};

/// The colours of an account as typed: `#rrggbb`, or nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BrandColorsInput {
    /// What stands out.
    pub primary: Option<String>,
    /// What stands out where the primary colour cannot be read.
    pub secondary: Option<String>,
}

impl BrandColorsInput {
    /// Branding with these colours and no logo, or the problems noted as `branding.…`.
    pub(super) fn parse(&self, errors: &mut FieldErrors) -> Option<Branding> {
        let mut color =
            |field: &str, raw: &Option<String>| errors.take(field, BrandColor::parse_optional(raw.as_deref()));
        let primary = color("branding.primaryColor", &self.primary);
        let secondary = color("branding.secondaryColor", &self.secondary);
        Some(Branding { logo: None, primary: primary?, secondary: secondary? })
    }
}

/// The upload as the logo it would become. Nothing is stored.
///
/// # Errors
/// [`UseCaseError::Invalid`] with `branding.logo`; [`UseCaseError::Busy`].
pub(super) async fn process_logo(app: &App, upload: &[u8]) -> Result<StoredImage, UseCaseError> {
    app.ports.images.process_logo(upload.to_vec()).await.map_err(|error| match error {
        ImageError::Busy => UseCaseError::Busy,
        error => UseCaseError::field("branding.logo", error.code(), error.to_string()),
    })
}

/// Shows whoever is signed in what an upload would look like as a logo. Nothing is stored.
///
/// # Errors
/// [`UseCaseError::Invalid`] with `branding.logo`; [`UseCaseError::Busy`]; [`UseCaseError::Denied`].
pub async fn preview_logo(app: &App, actor: &Actor, upload: &[u8]) -> Result<StoredImage, UseCaseError> {
    actor.permit_self()?;
    process_logo(app, upload).await
}

/// Stores a new logo beside its account, and forgets the one before if nobody shows it any more.
pub(super) async fn store_logo(
    uow: &dyn UnitOfWork,
    image: Option<&StoredImage>,
    before: Option<&str>,
) -> Result<(), UseCaseError> {
    if let Some(image) = image {
        uow.images().put(image).await?;
    }
    match before.filter(|before| image.is_none_or(|image| image.hash != **before)) {
        Some(before) => Ok(uow.images().remove_unused(before).await?),
        None => Ok(()),
    }
}

/// The PNG of a logo, for anybody: pages before sign-in show it.
///
/// # Errors
/// [`UseCaseError::Storage`].
pub async fn find_logo(app: &App, hash: &str, thumbnail: bool) -> Result<Option<Vec<u8>>, UseCaseError> {
    Ok(app.directory().find_logo(hash, thumbnail).await?)
}

/// How pages before sign-in look to somebody of this domain: a login name's, or one given in an address. For a domain nobody
/// has, and for none, as the root has it; so nothing but the looks tells the two apart.
///
/// # Errors
/// [`UseCaseError::Storage`].
pub async fn find_looks(app: &App, domain: Option<&str>) -> Result<Option<Inherited>, UseCaseError> {
    let domain = domain.and_then(|raw| DomainName::parse(raw).ok());
    Ok(app.directory().find_inherited(domain.as_ref()).await?)
}
