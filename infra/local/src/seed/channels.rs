//! Where the messenger finds WhatsApp and Slack, whom SES lets it write as, and
//! what Red Tractor is shown.

use anyhow::{Context, Result};
use aws_config::SdkConfig;
use serde_json::json;

use crate::deploy::MAIL_FROM;
use crate::emulator::{ASSURANCE_KEY, WHATSAPP_TOKEN};

/// Points the messenger at the inbox.
pub(super) async fn write(config: &SdkConfig, secret_id: &str, inbox: &str) -> Result<()> {
    let document = json!({
        "whatsapp": {
            "url": format!("{inbox}/whatsapp/100000000000001/messages"),
            "token": WHATSAPP_TOKEN,
            "template": {"name": "sign_in_link", "language": "en_GB"},
        },
        "slack": {"url": format!("{inbox}/slack/customer-service")},
    });
    let secrets = aws_sdk_secretsmanager::Client::new(config);
    let put = secrets.put_secret_value().secret_id(secret_id).secret_string(document.to_string());
    put.send().await.context("seeding the messenger's secret")?;
    let mail = aws_sdk_sesv2::Client::new(config);
    let made = mail.create_email_identity().email_identity(MAIL_FROM).send().await;
    match made.map_err(aws_sdk_sesv2::error::SdkError::into_service_error) {
        Err(error) if !error.is_already_exists_exception() => {
            Err(error).context("seeding the sender of e-mail")
        }
        _ => Ok(()),
    }
}

/// Gives the key of Red Tractor's stand-in to who asks it.
pub(super) async fn write_assurance(config: &SdkConfig, secret_id: &str) -> Result<()> {
    let document = json!({ "key": ASSURANCE_KEY }).to_string();
    let secrets = aws_sdk_secretsmanager::Client::new(config);
    let put = secrets.put_secret_value().secret_id(secret_id).secret_string(document);
    put.send().await.map(drop).context("seeding the secret of Red Tractor")
}
