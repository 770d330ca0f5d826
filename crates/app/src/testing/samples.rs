//! Valid values to start from.

use jiff::{SignedDuration, Timestamp};
use tenantry_domain::{
    AccountId, Line, MailId, PasswordLinkId, RoleId, SessionId, UserId,
    account::{
        Account, AccountDetails, AccountDomain, AccountDomains, AccountKind, AccountPath, AccountPolicy, AccountStatus,
        Branding, CompanyInformation, SupportContact,
    },
    contact::{DomainName, EmailAddress, PhoneNumber, PostalAddress, PostalAddressInput},
    permission::{CustomRole, PermissionMatrix, RoleDefinition},
    user::{ContactDetails, LoginName, Profile, User, UserStatus},
};
use uuid::Uuid;

use crate::ports::{
    Credential, HashedPassword, Letter, LinkPurpose, MailState, NewSession, OutboxMail, PasswordLink, PasswordOrigin,
    Recipient, RecipientKind, Session, SessionKind, TokenHash,
};

/// Where the fixed clock starts: 2 March 2026, 9 o'clock UTC, in seconds since 1970.
pub const START: i64 = 1_772_442_000;

/// So many seconds after [`START`]; before it if negative.
pub fn instant(seconds: i64) -> Timestamp {
    Timestamp::from_second(START + seconds).expect("an instant of our times")
}

/// The `n`-th of a series of rising version 7 UUIDs.
pub fn uuid(n: u64) -> Uuid {
    Uuid::from_u128(0x0195_5b00_0000_7000_8000_0000_0000_0000 | u128::from(n))
}

/// A line of text.
pub fn line<const MAX: usize>(text: &str) -> Line<MAX> {
    Line::parse(text).expect("a line of text")
}

/// An e-mail address.
pub fn email(text: &str) -> EmailAddress {
    EmailAddress::parse(text).expect("an e-mail address")
}

/// A domain name.
pub fn domain(text: &str) -> DomainName {
    DomainName::parse(text).expect("a domain name")
}

/// A domain of an account, not verified.
pub fn account_domain(name: &str) -> AccountDomain {
    AccountDomain::new(domain(name))
}

/// A phone number.
pub fn phone() -> PhoneNumber {
    PhoneNumber::parse("+1 425 555 0100", None).expect("a phone number")
}

/// A postal address.
pub fn address() -> PostalAddress {
    let typed = PostalAddressInput {
        country: Some("US"),
        state: Some("WA"),
        city: Some("Redmond"),
        postal_code: Some("98052"),
        street: Some("1 Contoso Way"),
    };
    PostalAddress::parse(&typed).expect("a postal address")
}

/// An active account with address and phone, without aliases, website and support contact; plain-text mail is off.
pub fn account(path: AccountPath, kind: AccountKind, name: &str, primary_domain: &str) -> Account {
    Account {
        path,
        kind,
        name: line(name),
        status: AccountStatus::Active,
        domains: AccountDomains::new(domain(primary_domain), []),
        company: CompanyInformation {
            phone: Some(phone()),
            address: Some(address()),
            website: None,
            support: SupportContact::default(),
        },
        branding: Branding::default(),
        policy: AccountPolicy::default(),
        details: AccountDetails::default(),
        removed_at: None,
        version: 1,
    }
}

/// An active user of an account with its primary domain in login name and e-mail address, address and phone; everything else optional is absent.
pub fn user(id: UserId, account: &Account, local: &str, first_name: &str, last_name: &str) -> User {
    let login_name = LoginName::parse(&format!("{local}@{}", account.domains.primary)).expect("a login name");
    let (first_name, last_name) = (line(first_name), line(last_name));
    let display_name = Profile::default_display_name(&first_name, &last_name).expect("a display name");
    User {
        id,
        account_id: account.id(),
        contact: ContactDetails {
            email: email(&login_name.key()),
            alternative_email: None,
            address: Some(address()),
            phone: Some(phone()),
        },
        login_name,
        profile: Profile { first_name, last_name, display_name, company: None, job_title: None, department: None },
        status: UserStatus::Active,
        removed_at: None,
        image: None,
    }
}

/// A role of these cells, in its first version, without description; whoever holds it edits the own profile.
pub fn role(id: RoleId, owner: AccountId, name: &str, matrix: PermissionMatrix) -> CustomRole {
    let definition = RoleDefinition::try_new(line(name), None, matrix, true).expect("cells with their views");
    CustomRole { id, owner, version: 1, definition }
}

/// A password the user chose, or one to be changed at the next sign-in.
pub fn credential(must_change: bool) -> Credential {
    Credential {
        hash: HashedPassword("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".to_owned()),
        origin: if must_change { PasswordOrigin::Administrator } else { PasswordOrigin::Own },
        must_change,
        set_at: instant(0),
        expires_at: None,
    }
}

/// A welcome link to the user's e-mail address, asked for at `requested_at`, not handed over yet.
pub fn link(id: PasswordLinkId, user: &User, requested_at: Timestamp) -> PasswordLink {
    PasswordLink {
        id,
        user_id: user.id,
        token_hash: token_hash(id.uuid()),
        purpose: LinkPurpose::Welcome,
        recipient: Recipient { kind: RecipientKind::Primary, address: user.contact.email.clone() },
        valid_for: SignedDuration::from_hours(24),
        requested_at,
        expires_at: None,
        used_at: None,
        voided_at: None,
    }
}

/// A console session of twelve hours.
pub fn session(id: SessionId, user: &User, created_at: Timestamp) -> NewSession {
    let session = Session {
        id,
        user_id: user.id,
        kind: SessionKind::Console,
        created_at,
        last_seen_at: created_at,
        expires_at: created_at + SignedDuration::from_hours(12),
        active_account_id: user.account_id,
        address: None,
        user_agent: None,
    };
    NewSession { session, token_hash: token_hash(id.uuid()) }
}

/// A pending mail to the user's e-mail address.
pub fn mail(id: MailId, user: &User, letter: Letter, created_at: Timestamp) -> OutboxMail {
    OutboxMail { id, user_id: user.id, to: user.contact.email.clone(), letter, state: MailState::Pending, created_at }
}

/// A hash as of no token in particular, different for every id.
pub fn token_hash(id: Uuid) -> TokenHash {
    let mut bytes = [7; 32];
    bytes[..16].copy_from_slice(id.as_bytes());
    TokenHash(bytes)
}
