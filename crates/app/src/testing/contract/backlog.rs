use jiff::SignedDuration;
use tenantry_domain::{MailId, ProvisioningJobId, permission::BuiltInRole};

use super::backend::{ContractBackend, World};
use crate::{
    ports::{Backlog, Handover, Letter, MailState, OutboxMail},
    testing::samples::{self, instant},
};

async fn backlog(w: &World) -> Backlog {
    w.backend.directory.backlog().await.unwrap()
}

pub async fn nothing_waits_in_the_beginning(backend: ContractBackend) {
    let w = World::new(backend).await;
    assert_eq!(backlog(&w).await, Backlog::default());
}

pub async fn work_waits_until_it_is_done(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user(&w.customer, "avery", BuiltInRole::User).await;
    let uow = w.begin().await;
    for (at, state) in [(3, MailState::Pending), (2, MailState::Pending), (1, MailState::Held)] {
        let mail = samples::mail(MailId::new(w.uuid()), &user, Letter::PasswordChanged, instant(at));
        uow.mail_outbox().enqueue(&OutboxMail { state, ..mail }).await.unwrap();
    }
    uow.provisioning_jobs().enqueue(ProvisioningJobId::new(w.uuid()), user.id, instant(5)).await.unwrap();
    uow.commit().await.unwrap();
    let waiting = Backlog {
        mails: 2,
        oldest_mail: Some(instant(2)),
        jobs: 1,
        first_job_due: Some(instant(5)),
        ..Backlog::default()
    };
    assert_eq!(backlog(&w).await, waiting);

    let uow = w.begin().await;
    let lease = SignedDuration::from_mins(1);
    for claimed in uow.mail_outbox().claim(instant(9), lease, 10).await.unwrap() {
        assert!(uow.mail_outbox().settle(&claimed, Handover::Done, instant(9)).await.unwrap());
    }
    let claimed = uow.provisioning_jobs().claim(instant(9), lease, 10).await.unwrap();
    assert!(uow.provisioning_jobs().settle(&claimed[0], None).await.unwrap());
    uow.commit().await.unwrap();
    assert_eq!(backlog(&w).await, Backlog::default());
}
