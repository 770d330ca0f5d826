use clap::Args;
use tenantry_app::{accounts::SetUpPlatformInput, mail::deliver_due_mails};

use super::CommandError;
use crate::{
    composition::{compose, open_database},
    config::Config,
};

#[derive(Debug, Args)]
pub(super) struct SetupArgs {
    /// Name of the first account: the platform
    #[arg(long)]
    account_name: String,
    /// Its primary domain
    #[arg(long)]
    domain: String,
    /// The administrator's first name
    #[arg(long)]
    first_name: String,
    /// The administrator's last name
    #[arg(long)]
    last_name: String,
    /// The administrator's login name: the part before the @, or all of it
    #[arg(long)]
    login_name: String,
    /// The administrator's e-mail address
    #[arg(long)]
    email: String,
}

pub(super) async fn set_up(config: &Config, args: SetupArgs) -> Result<(), CommandError> {
    let input = SetUpPlatformInput {
        account_name: args.account_name,
        domain: args.domain,
        first_name: args.first_name,
        last_name: args.last_name,
        login_name: args.login_name,
        email: args.email,
        address: None,
        phone: None,
    };
    let command = input.parse().map_err(|errors| CommandError::Input(explain(&errors)))?;
    let database = open_database(config).await?;
    let app = compose(config, &database).await?;
    let link = command.execute(&app).await?;
    eprintln!("The platform is set up. The administrator sets a password at:");
    println!("{link}");
    // Nobody else may be running to send it; if it cannot be sent now, the next `serve` does.
    if let Err(error) = deliver_due_mails(&app, 1).await {
        tracing::warn!(error.text = %error, "the mail with the link waits for the next start");
    }
    database.close().await;
    Ok(())
}

fn explain(errors: &tenantry_app::FieldErrors) -> String {
    let lines: Vec<String> =
        errors.iter().map(|error| format!("  --{}: {}", kebab(&error.field), error.message)).collect();
    format!("some values need attention:\n{}", lines.join("\n"))
}

fn kebab(field: &str) -> String {
    field.chars().flat_map(|c| c.is_uppercase().then_some('-').into_iter().chain(c.to_lowercase())).collect()
}
