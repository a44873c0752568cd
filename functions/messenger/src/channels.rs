//! The ways to people: WhatsApp, e-mail and Slack.
//!
//! Each takes a message at least once: where an answer is lost on its way, or
//! the function dies before its queue hears of it, somebody is told twice.

use attesta_messaging::templates::{
    Email, account_requested, contact_connected, magic_link, module_requested,
    organisation_activated, owner_changed, password_changed,
};
use attesta_model::{Error, Notice, Result};
use attesta_outbound::{Https, Secret};
use attesta_runtime::SdkConfig;
use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::error::ProvideErrorMetadata;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message};
use jiff::Timestamp;
use secrecy::ExposeSecret;

use crate::configuration::Configuration;

/// All of them.
#[derive(Debug, Clone)]
pub struct Channels {
    https: Https,
    mail: Client,
    sender: Option<String>,
    secret: Secret<Configuration>,
}

impl Channels {
    /// WhatsApp and Slack as a secret says where they are, and e-mail from a
    /// sender, if there is one.
    #[must_use]
    pub fn new(
        config: &SdkConfig,
        https: Https,
        secret_id: impl Into<String>,
        sender: Option<String>,
    ) -> Self {
        let secret = Secret::new("the messenger's secret", config, secret_id);
        Self { https, mail: Client::new(config), sender, secret }
    }

    /// Tells somebody.
    ///
    /// # Errors
    /// When the channel is not configured, can't be reached or doesn't take it.
    pub(crate) async fn send(&self, notice: &Notice, now: Timestamp) -> Result<()> {
        match notice {
            Notice::MagicLink { phone, link, .. } => self.whatsapp(phone, link, now).await,
            Notice::PasswordChanged { email, name, at } => {
                self.email(email, password_changed(name, *at)).await
            }
            Notice::ContactConnected { email, name, organisation } => {
                self.email(email, contact_connected(name, organisation)).await
            }
            Notice::AccountRequested(request) => self.slack(account_requested(request), now).await,
            Notice::ModuleRequested(request) => self.slack(module_requested(request), now).await,
            Notice::OwnerChanged { email, name, organisation, owner, at } => {
                self.email(email, owner_changed(name, organisation, owner, *at)).await
            }
            Notice::OrganisationActivated { email, name, organisation } => {
                self.email(email, organisation_activated(name, organisation)).await
            }
        }
    }

    async fn whatsapp(&self, phone: &str, link: &str, now: Timestamp) -> Result<()> {
        let configuration = self.secret.get(now).await?;
        let whatsapp = configuration.whatsapp.as_ref().ok_or_else(|| unconfigured("WhatsApp"))?;
        let body = magic_link(phone, link, &whatsapp.template);
        let token = format!("Bearer {}", whatsapp.token.expose_secret());
        let headers = [("authorization", token.as_str())];
        taken("WhatsApp", self.https.post(&whatsapp.url, body, &headers).await)
    }

    async fn slack(&self, body: String, now: Timestamp) -> Result<()> {
        let configuration = self.secret.get(now).await?;
        let slack = configuration.slack.as_ref().ok_or_else(|| unconfigured("Slack"))?;
        taken("Slack", self.https.post(slack.url.expose_secret(), body, &[]).await)
    }

    async fn email(&self, to: &str, email: Email) -> Result<()> {
        let sender = self.sender.as_ref().ok_or_else(|| unconfigured("e-mail"))?;
        let part = |text: &str| {
            Content::builder().data(text).charset("UTF-8").build().map_err(Error::internal)
        };
        let body = Body::builder().text(part(&email.text)?).html(part(&email.html)?).build();
        let message = Message::builder().subject(part(email.subject)?).body(body).build();
        let send = self
            .mail
            .send_email()
            .from_email_address(sender)
            .destination(Destination::builder().to_addresses(to).build())
            .content(EmailContent::builder().simple(message).build());
        // What SES says beside the code may name the receiver.
        send.send().await.map(drop).map_err(|error| match error.as_service_error() {
            Some(refusal) => {
                let code = refusal.code().unwrap_or("an error");
                Error::internal(format_args!("SES answered {code}"))
            }
            None => Error::call("SendEmail", &error),
        })
    }
}

fn unconfigured(channel: &str) -> Error {
    Error::internal(format_args!("{channel} is not configured"))
}

fn taken(channel: &str, answer: Result<u16>) -> Result<()> {
    match answer {
        Ok(200..=299) => Ok(()),
        Ok(status) => Err(Error::internal(format_args!("{channel} answered {status}"))),
        Err(error) => Err(Error::internal(format_args!("{channel}: {error}"))),
    }
}
