//! The worker's step: take one due mail, hand it over, note how it went.

use jiff::{SignedDuration, Timestamp};
use tenantry_domain::{account::Branding, permission::Standing};

use crate::{
    App, UseCaseError,
    leases::{LEASE, while_renewing},
    passwords::link_url,
    ports::{
        ClaimedMail, Handover, Letter, MailLooks, MailToSend, MailerError, PasswordLink, RenderedFor, UnitOfWork,
        UserRecord,
    },
};

const FIRST_RETRY: SignedDuration = SignedDuration::from_secs(5);
const LONGEST_RETRY: SignedDuration = SignedDuration::from_mins(30);
/// After so long a mail that could not be handed over is given up, and its user's administrator sees it.
const GIVE_UP_AFTER: SignedDuration = SignedDuration::from_hours(48);
/// But not before it was tried so often, which takes at least a day: a mail may have been held, or the worker stopped.
const FEWEST_TRIES: u32 = 70;

/// Takes the mail that has been due longest and hands it over. False if none was due.
///
/// At least once: if the process dies between hand-over and noting it, the mail is handed over again with the same
/// Message-ID and the same link.
///
/// # Errors
/// [`UseCaseError::Storage`]; the mail is then taken again after its lease.
pub async fn deliver_next_mail(app: &App) -> Result<bool, UseCaseError> {
    let Some(claimed) = claim(app).await? else { return Ok(false) };
    let outcome = match write(app, &claimed).await? {
        Some(mail) => Some(while_renewing(app.ports.mailer.send(&mail), || Box::pin(renew(app, &claimed))).await),
        None => None,
    };
    let now = app.now();
    let handover = match &outcome {
        None => Handover::Overtaken,
        Some(Ok(())) => Handover::Done,
        Some(Err(MailerError::Later(error))) if is_worth_another_try(&claimed, now) => {
            Handover::Again { at: now + retry_after(&claimed), error }
        }
        Some(Err(MailerError::Later(error) | MailerError::Never(error))) => Handover::Refused { error },
    };
    app.retrying(|| Box::pin(note(app, &claimed, handover))).await?;
    Ok(true)
}

async fn renew(app: &App, claimed: &ClaimedMail) -> Result<bool, UseCaseError> {
    let uow = app.begin().await?;
    let renewed = uow.mail_outbox().renew(claimed, app.now() + LEASE).await?;
    uow.commit().await?;
    Ok(renewed)
}

fn is_worth_another_try(claimed: &ClaimedMail, now: Timestamp) -> bool {
    claimed.attempt < FEWEST_TRIES || now.duration_since(claimed.mail.created_at) < GIVE_UP_AFTER
}

async fn claim(app: &App) -> Result<Option<ClaimedMail>, UseCaseError> {
    app.retrying(|| {
        Box::pin(async move {
            let uow = app.begin().await?;
            let claimed = uow.mail_outbox().claim(app.now(), LEASE, 1).await?.pop();
            if claimed.is_some() {
                uow.commit().await?;
            }
            Ok(claimed)
        })
    })
    .await
}

/// The letter with everything it says; `None` if it was overtaken by events.
async fn write(app: &App, claimed: &ClaimedMail) -> Result<Option<MailToSend>, UseCaseError> {
    let uow = app.begin().await?;
    let mail = &claimed.mail;
    let Some(record) = uow.users().find(mail.user_id).await? else { return Ok(None) };
    let Some(content) = content(app, &*uow, claimed, &record).await? else { return Ok(None) };
    drop(uow);
    let account = app.directory().find_account(record.user.account_id).await?;
    let (looks, support) = match &account {
        Some(account) => (looks(app, &account.inherited.branding).await?, account.inherited.support.clone()),
        None => Default::default(),
    };
    let host = app.settings.base_url.split("://").nth(1).unwrap_or("localhost");
    let host = host.split(['/', ':']).next().unwrap_or("localhost");
    Ok(Some(MailToSend {
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
    }))
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
    uow: &dyn UnitOfWork,
    claimed: &ClaimedMail,
    record: &UserRecord,
) -> Result<Option<RenderedFor>, UseCaseError> {
    let now = app.now();
    let principal = uow.users().find_principal(record.user.id, now).await?;
    let may_sign_in = principal.is_some_and(|principal| principal.authority.standing() == Standing::Active);
    let link = match claimed.mail.letter.link_id() {
        Some(link_id) => uow.password_links().find(link_id).await?.filter(|link| may_sign_in && link.is_live(now)),
        None => None,
    };
    Ok(match (&claimed.mail.letter, link) {
        (Letter::Welcome { .. }, Some(link)) => {
            Some(RenderedFor::Welcome { url: link_url(app, link.id), valid_for: remaining(&link, now) })
        }
        (Letter::PasswordReset { .. }, Some(link)) => {
            Some(RenderedFor::PasswordReset { url: link_url(app, link.id), valid_for: remaining(&link, now) })
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

async fn note(app: &App, claimed: &ClaimedMail, handover: Handover<'_>) -> Result<(), UseCaseError> {
    let uow = app.begin().await?;
    let now = app.now();
    let is_newest = uow.mail_outbox().settle(claimed, handover, now).await?;
    if let (true, Handover::Done, Some(link_id)) = (is_newest, handover, claimed.mail.letter.link_id())
        && let Some(link) = uow.password_links().find(link_id).await?
    {
        uow.password_links().set_expiry(link_id, now + link.valid_for).await?;
    }
    Ok(uow.commit().await?)
}

/// 5 s, 10 s, 20 s … up to half an hour, each up to a fifth longer or shorter, so that a recovering server is not met by
/// everything at once.
fn retry_after(claimed: &ClaimedMail) -> SignedDuration {
    let doublings = claimed.attempt.saturating_sub(1).min(10);
    let delay = (FIRST_RETRY * (1 << doublings)).min(LONGEST_RETRY);
    let spread = i32::from(claimed.mail.id.uuid().as_bytes()[15] % 41) - 20;
    delay + delay * spread / 100
}
