//! The domains of an account.

use serde::Serialize;
use tenantry_app::accounts::{ListedDomain, VerificationRecord};
use utoipa::ToSchema;

use super::time;

/// The domains of an account, one by one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DomainList)]
#[serde(rename_all = "camelCase")]
pub struct DomainListBody {
    pub primary: String,
    pub aliases: Vec<String>,
    /// All of them, the primary one first.
    pub items: Vec<DomainBody>,
    /// Always null: a list of domains is complete.
    pub next_cursor: Option<String>,
}

/// A domain.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Domain)]
#[serde(rename_all = "camelCase")]
pub struct DomainBody {
    /// As A-labels: `xn--bcher-kva.example`.
    pub name: String,
    /// As people read it: `bücher.example`.
    pub unicode_name: String,
    pub primary: bool,
    /// When the account showed that it controls the domain; null if it has not.
    #[schema(format = DateTime)]
    pub verified_at: Option<String>,
    /// The TXT record that shows it. Left out for who may not change the domains.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verification: Option<VerificationBody>,
}

/// The TXT record that shows that the account controls a domain.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DomainVerification)]
pub struct VerificationBody {
    #[schema(example = "_tenantry.contoso.example")]
    pub name: String,
    #[schema(example = "tenantry-verification=pJ0cNmbVYkDtkW1FjVYlLYv5tqTQKQnMMjL2vSyWq6s")]
    pub value: String,
}

impl From<Vec<ListedDomain>> for DomainListBody {
    fn from(listed: Vec<ListedDomain>) -> Self {
        let items: Vec<DomainBody> = listed.into_iter().map(DomainBody::from).collect();
        let (primary, aliases): (Vec<&DomainBody>, Vec<&DomainBody>) = items.iter().partition(|domain| domain.primary);
        Self {
            primary: primary.first().map(|domain| domain.name.clone()).unwrap_or_default(),
            aliases: aliases.iter().map(|domain| domain.name.clone()).collect(),
            items,
            next_cursor: None,
        }
    }
}

impl From<ListedDomain> for DomainBody {
    fn from(listed: ListedDomain) -> Self {
        Self {
            name: listed.domain.name.to_string(),
            unicode_name: listed.domain.name.to_unicode(),
            primary: listed.is_primary,
            verified_at: listed.domain.verified_at.map(time),
            verification: listed
                .verification
                .map(|VerificationRecord { name, value }| VerificationBody { name, value }),
        }
    }
}
