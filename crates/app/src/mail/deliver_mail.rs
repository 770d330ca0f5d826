//! The worker's step: take due mails, hand them over, note how it went.

use jiff::{SignedDuration, Timestamp};
use tenantry_domain::{PasswordLinkId, account::Branding, permission::Standing};

use crate::{
    App, UseCaseError,
    leases::{LEASE, note_as_they_end, while_renewing},
    passwords::link_url,
    ports::{
        ClaimedMail, Handover, Letter, MailLooks, MailToSend, MailerError, PasswordLink, RenderedFor, UserDetails,
    },
};

const FIRST_RETRY: SignedDuration = SignedDuration::from_secs(5);
const LONGEST_RETRY: SignedDuration = SignedDuration::from_mins(30);
/// After so long a mail that could not be handed over is given up, and its user's administrator sees it.
const GIVE_UP_AFTER: SignedDuration = SignedDuration::from_hours(48);
/// But not before it was tried so often, which takes at least a day: a mail may have been held, or the worker stopped.
const FEWEST_TRIES: u32 = 70;

/// A mail and how handing it over went.
struct Delivered {
    claimed: ClaimedMail,
    /// The link it carries.
    link: Option<PasswordLink>,
    /// `None` if it was overtaken by events and not handed over.
    outcome: Option<Result<(), MailerError>>,
}

/// Takes up to `at_most` of the mails that have been due longest and hands them over, all at once. False if none was due.
///
/// At least once: if the process dies between hand-over and noting it, the mail is handed over again with the same
/// Message-ID and the same link.
///
/// # Errors
/// [`UseCaseError::Storage`]; the mails not noted are then taken again after their lease.
pub async fn deliver_due_mails(app: &App, at_most: u32) -> Result<bool, UseCaseError> {
    let claimed = app.retrying(|| Box::pin(claim(app, at_most))).await?;
    let is_any = !claimed.is_empty();
    let under_way = claimed.into_iter().map(|claimed| deliver(app, claimed));
    note_as_they_end(app, under_way, |app, delivered| Box::pin(note(app, delivered))).await?;
    Ok(is_any)
}

async fn claim(app: &App, at_most: u32) -> Result<Vec<ClaimedMail>, UseCaseError> {
    let uow = app.begin_step().await?;
    let claimed = uow.mail_outbox().claim(app.now(), LEASE, at_most).await?;
    if !claimed.is_empty() {
        uow.commit().await?;
    }
    Ok(claimed)
}

async fn deliver(app: &App, claimed: ClaimedMail) -> Result<Delivered, UseCaseError> {
    let Some((mail, link)) = write(app, &claimed).await? else {
        return Ok(Delivered { claimed, link: None, outcome: None });
    };
    let outcome = while_renewing(app.ports.mailer.send(&mail), || Box::pin(renew(app, &claimed))).await;
    Ok(Delivered { claimed, link, outcome: Some(outcome) })
}

async fn renew(app: &App, claimed: &ClaimedMail) -> Result<bool, UseCaseError> {
    let uow = app.begin_step().await?;
    let renewed = uow.mail_outbox().renew(claimed, app.now() + LEASE).await?;
    uow.commit().await?;
    Ok(renewed)
}

fn is_worth_another_try(claimed: &ClaimedMail, now: Timestamp) -> bool {
    let age = now.duration_since(claimed.mail.created_at);
    // One from a time to come was put there by a clock that was ahead.
    claimed.attempt < FEWEST_TRIES || (SignedDuration::ZERO..GIVE_UP_AFTER).contains(&age)
}

async fn find_older_link(app: &App, id: PasswordLinkId) -> Result<Option<PasswordLink>, UseCaseError> {
    let uow = app.begin().await?;
    let link = uow.password_links().find(id).await?;
    uow.commit().await?;
    Ok(link)
}

/// The letter with everything it says, and the link in it; `None` if it was overtaken by events.
async fn write(app: &App, claimed: &ClaimedMail) -> Result<Option<(MailToSend, Option<PasswordLink>)>, UseCaseError> {
    let mail = &claimed.mail;
    let Some(UserDetails { record, newest_link, .. }) = app.directory().find_user(mail.user_id).await? else {
        return Ok(None);
    };
    let link = match mail.letter.link_id() {
        None => None,
        Some(id) => match newest_link.filter(|newest| newest.id == id) {
            // By the clocks of several nodes another one may be the newest.
            None => find_older_link(app, id).await?,
            found => found,
        },
    };
    let Some(content) = content(app, claimed, link.as_ref()).await? else { return Ok(None) };
    let account = app.directory().find_account(record.user.account_id).await?;
    let (looks, support) = match &account {
        Some(account) => (looks(app, &account.inherited.branding).await?, account.inherited.support.clone()),
        None => Default::default(),
    };
    let host = app.settings.base_url.split("://").nth(1).unwrap_or("localhost");
    let host = host.split(['/', ':']).next().unwrap_or("localhost");
    let letter = MailToSend {
        message_id: format!("{}@{host}", mail.id),
        to: mail.to.clone(),
        display_name: record.user.profile.display_name.to_string(),
        login_name: record.user.login_name.to_string(),
        account_name: account.map(|account| account.account.name.to_string()).unwrap_or_default(),
        sign_in_url: format!(
            "{}/console/sign-in?domain={}",
            app.settings.base_url,
            record.user.login_name.domain().as_str()
        ),
        looks,
        support,
        content,
    };
    Ok(Some((letter, link)))
}

/// The logo goes along with the letter: mail programs fetch nothing, and a console may not be reachable from everywhere.
async fn looks(app: &App, branding: &Branding) -> Result<MailLooks, UseCaseError> {
    let logo = match &branding.logo {
        Some(hash) => app.directory().find_image(hash, true).await?,
        None => None,
    };
    Ok(MailLooks { logo, branding: branding.clone() })
}

async fn content(
    app: &App,
    claimed: &ClaimedMail,
    link: Option<&PasswordLink>,
) -> Result<Option<RenderedFor>, UseCaseError> {
    let now = app.now();
    let principal = app.directory().find_principal(claimed.mail.user_id, now).await?;
    let may_sign_in = principal.is_some_and(|principal| principal.authority.standing() == Standing::Active);
    let link = link.filter(|link| may_sign_in && link.is_live(now));
    Ok(match (&claimed.mail.letter, link) {
        (Letter::Welcome { .. }, Some(link)) => {
            Some(RenderedFor::Welcome { url: link_url(app, link.id), valid_for: remaining(link, now) })
        }
        (Letter::PasswordReset { .. }, Some(link)) => {
            Some(RenderedFor::PasswordReset { url: link_url(app, link.id), valid_for: remaining(link, now) })
        }
        (Letter::Welcome { .. } | Letter::PasswordReset { .. }, None) => None,
        (Letter::NewPassword { sealed }, _) => sealed
            .as_ref()
            .filter(|_| may_sign_in)
            .and_then(|sealed| app.ports.sealer.open(&claimed.mail.id.to_string(), sealed))
            .and_then(|plain| String::from_utf8(plain).ok())
            .map(|password| RenderedFor::NewPassword { password }),
        (Letter::PasswordChanged, _) => Some(RenderedFor::PasswordChanged),
        (Letter::LinkSentElsewhere, _) => Some(RenderedFor::LinkSentElsewhere),
        (Letter::AddressChanged, _) => Some(RenderedFor::AddressChanged),
        (Letter::LoginNameChanged, _) => Some(RenderedFor::LoginNameChanged),
    })
}

/// A link's life begins with its first hand-over; a second copy has what is left. No letter promises more than the link has.
fn remaining(link: &PasswordLink, now: Timestamp) -> SignedDuration {
    let left = link.expires_at.map_or(link.valid_for, |expiry| expiry.duration_since(now));
    left.min(PasswordLink::DEAD_AFTER - now.duration_since(link.requested_at))
}

async fn note(app: &App, delivered: &[Delivered]) -> Result<(), UseCaseError> {
    let uow = app.begin_step().await?;
    let now = app.now();
    for Delivered { claimed, link, outcome } in delivered {
        let handover = handover(claimed, outcome.as_ref(), now);
        let is_newest = uow.mail_outbox().settle(claimed, handover, now).await?;
        if let (true, Handover::Done, Some(link)) = (is_newest, handover, link) {
            uow.password_links().set_expiry(link.id, now + link.valid_for).await?;
        }
    }
    Ok(uow.commit().await?)
}

fn handover<'a>(claimed: &ClaimedMail, outcome: Option<&'a Result<(), MailerError>>, now: Timestamp) -> Handover<'a> {
    match outcome {
        None => Handover::Overtaken,
        Some(Ok(())) => Handover::Done,
        Some(Err(MailerError::Later(error))) if is_worth_another_try(claimed, now) => {
            Handover::Again { at: now + retry_after(claimed), error }
        }
        Some(Err(MailerError::Later(error) | MailerError::Never(error))) => Handover::Refused { error },
    }
}

/// 5 s, 10 s, 20 s … up to half an hour, each up to a fifth longer or shorter, so that a recovering server is not met by
/// everything at once.
fn retry_after(claimed: &ClaimedMail) -> SignedDuration {
    let doublings = claimed.attempt.saturating_sub(1).min(10);
    let delay = (FIRST_RETRY * (1 << doublings)).min(LONGEST_RETRY);
    let spread = i32::from(claimed.mail.id.uuid().as_bytes()[15] % 41) - 20;
    delay + delay * spread / 100
}
