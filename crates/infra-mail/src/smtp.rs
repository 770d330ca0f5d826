mod connections;
mod failure;

use std::time::Duration;

use async_trait::async_trait;
use connections::Connections;
use tenantry_app::ports::{MailToSend, Mailer, MailerError, RenderedFor};
use tokio::time::timeout;

use crate::{MailerSetupError, MessageWriter, SmtpServer, message::WrittenMessage};

const TIME_LIMIT: Duration = Duration::from_mins(1);

/// Hands messages to a mail server.
///
/// What the server refuses for good (5xx about the message) is [`MailerError::Never`]; whatever else goes wrong is worth
/// another try, also a refused sign-in or an untrusted certificate: the administrator can mend that, and no mail is lost.
pub struct SmtpMailer {
    connections: Connections,
    writer: MessageWriter,
    time_limit: Duration,
}

impl SmtpMailer {
    /// # Errors
    /// [`MailerSetupError`] if the certificates cannot be read or `helo` is no host name.
    pub fn new(server: SmtpServer, helo: Option<&str>, writer: MessageWriter) -> Result<Self, MailerSetupError> {
        Ok(Self { connections: Connections::new(server, helo)?, writer, time_limit: TIME_LIMIT })
    }

    /// How long handing over one message may take, connecting included.
    #[must_use]
    pub const fn with_time_limit(mut self, time_limit: Duration) -> Self {
        self.time_limit = time_limit;
        self
    }

    /// A connection is only kept for the next message after an accepted one. Dropping this future closes it, since nobody
    /// knows which answer would come next.
    async fn deliver(&self, mail: &MailToSend, message: &WrittenMessage) -> Result<(), MailerError> {
        let mut connection = self.connections.take().await?;
        match connection.smtp.send(&message.envelope, &message.bytes).await {
            Ok(_) => {
                self.connections.give_back(connection);
                Ok(())
            }
            Err(error) => Err(failure::while_sending(self.connections.server(), &error, mail)),
        }
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, mail: &MailToSend) -> Result<(), MailerError> {
        let server = self.connections.server();
        if matches!(mail.content, RenderedFor::NewPassword { .. }) && !server.is_private() {
            return Err(MailerError::Never(format!("a password is not mailed without TLS to mail server `{server}`")));
        }
        let message = self.writer.write(mail)?;
        let outcome = timeout(self.time_limit, self.deliver(mail, &message)).await;
        outcome.unwrap_or_else(|_| Err(failure::too_slow(server, self.time_limit)))
    }
}
