//! What the account above notes about an account.

use crate::{InvalidValue, Line};

/// How an account pays.
///
/// ```
/// use tenantry_domain::account::BillingType;
/// assert_eq!(BillingType::parse("subscription")?, BillingType::Subscription);
/// assert!(BillingType::parse("prepaid").is_err());
/// # Ok::<(), tenantry_domain::InvalidValue>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BillingType {
    /// By the month, for what it uses. The only one there is (product rule).
    #[default]
    Subscription,
}

impl BillingType {
    /// The stable word: `subscription`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Subscription => "subscription",
        }
    }

    /// Reads the stable word.
    ///
    /// # Errors
    /// [`InvalidValue::Unknown`] for any other word.
    pub fn parse(key: &str) -> Result<Self, InvalidValue> {
        match key {
            "subscription" => Ok(Self::Subscription),
            _ => Err(InvalidValue::Unknown { expected: "subscription" }),
        }
    }
}

/// What the account above notes about an account, for its own books.
///
/// ```
/// use tenantry_domain::{Line, account::AccountDetails};
/// let details = AccountDetails { reference_id: Some(Line::parse("C-1047")?), ..AccountDetails::default() };
/// assert_eq!(details.billing.key(), "subscription");
/// # Ok::<(), tenantry_domain::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccountDetails {
    /// How it pays.
    pub billing: BillingType,
    /// What it is called in another system.
    pub reference_id: Option<Line<100>>,
    /// Who sells to it.
    pub sales_manager: Option<Line<100>>,
}
