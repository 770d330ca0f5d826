//! Accounts, as the wizard would have made them.

use std::collections::HashMap;

use tenantry_domain::{
    AccountId, InvalidValue, Line,
    account::{
        Account, AccountDetails, AccountDomains, AccountKind, AccountPath, AccountPolicy, AccountStatus, Branding,
        CompanyInformation, SupportContact,
    },
    contact::{DomainName, EmailAddress, PhoneNumber, PostalAddress, PostalAddressInput},
};

use crate::{
    dice::Dice,
    names::{self, Place},
    plan::PlannedAccount,
};

/// Resellers with more below them are never suspended: too much would be at once.
const MOST_SUSPENDED_AT_ONCE: usize = 20;

/// Makes accounts, and remembers which domains are taken.
#[derive(Debug, Default)]
pub struct Accounts {
    /// How often each beginning of a domain was wanted.
    wanted: HashMap<String, usize>,
}

impl Accounts {
    /// The account, with this id, below `parent`.
    pub fn make(
        &mut self,
        planned: &PlannedAccount,
        id: AccountId,
        parent: Option<&AccountPath>,
        dice: &mut Dice,
    ) -> Result<Account, InvalidValue> {
        let (name, label) = match parent {
            Some(_) => names::company(dice),
            None => ("Northwind".to_owned(), "northwind".to_owned()),
        };
        let label = self.free_label(label);
        let primary = DomainName::parse(&format!("{label}.example"))?;
        let alias = dice.chance(50).then(|| DomainName::parse(&format!("{label}-mail.example"))).transpose()?;
        let kind = match (parent, planned.is_leaf) {
            (None, _) => AccountKind::Platform,
            (Some(_), true) => AccountKind::Customer,
            (Some(_), false) => AccountKind::Reseller,
        };
        let may_be_suspended = parent.is_some() && planned.below <= MOST_SUSPENDED_AT_ONCE;
        let status = if may_be_suspended && dice.chance(15) { AccountStatus::Suspended } else { AccountStatus::Active };
        Ok(Account {
            path: parent.map_or_else(|| AccountPath::root(id), |parent| parent.child(id)),
            kind,
            name: Line::parse(&name)?,
            status,
            company: company(&primary, kind, dice)?,
            domains: AccountDomains::new(primary, alias),
            branding: Branding::default(),
            policy: AccountPolicy::default(),
            details: AccountDetails {
                reference_id: Line::parse_optional(
                    dice.chance(300).then(|| format!("C-{:06}", dice.below(1_000_000))).as_deref(),
                )?,
                ..AccountDetails::default()
            },
            removed_at: None,
            version: 1,
        })
    }

    fn free_label(&mut self, label: String) -> String {
        let times = self.wanted.entry(label.clone()).or_default();
        *times += 1;
        // `-mail` is the end of alias domains, and no company is called so.
        if *times == 1 { label } else { format!("{label}-{times}") }
    }
}

fn company(primary: &DomainName, kind: AccountKind, dice: &mut Dice) -> Result<CompanyInformation, InvalidValue> {
    let place = names::place(dice);
    let phone = phone(&place, dice)?;
    let supports = kind != AccountKind::Customer && dice.chance(600);
    Ok(CompanyInformation {
        address: Some(address(&place, &names::street(dice))?),
        website: Line::parse_optional(dice.chance(500).then(|| format!("https://www.{primary}")).as_deref())?,
        support: SupportContact {
            email: EmailAddress::parse_optional(supports.then(|| format!("support@{primary}")).as_deref())?,
            url: None,
            phone: supports.then(|| phone.clone()),
        },
        phone: Some(phone),
    })
}

pub fn phone(place: &Place, dice: &mut Dice) -> Result<PhoneNumber, InvalidValue> {
    let [_, _, _, _, beginning] = place;
    PhoneNumber::parse(&format!("{beginning}{:04}", dice.below(10_000)), None)
}

fn address(place: &Place, street: &str) -> Result<PostalAddress, InvalidValue> {
    let [country, state, city, postal_code, _] = place;
    let input = PostalAddressInput {
        country: Some(country),
        state: Some(state).filter(|state| !state.is_empty()).copied(),
        city: Some(city),
        postal_code: Some(postal_code),
        street: Some(street),
    };
    PostalAddress::parse(&input)
        .map_err(|mut problems| problems.pop().map_or(InvalidValue::Required, |(_, problem)| problem))
}
