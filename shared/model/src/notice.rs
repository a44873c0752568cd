//! What people are told, by whichever way reaches them.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{OrganisationId, UserId};

/// Something that somebody is told.
///
/// Whom, where and by which link is for them alone: printed, it says no more
/// than its name.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Notice {
    /// To somebody who wants to sign in, by WhatsApp: the link that does it.
    MagicLink {
        /// Their phone, as E.164 writes it.
        phone: String,
        /// The link, which holds a secret.
        link: String,
        /// From when on it leads nowhere.
        expires_at: Timestamp,
    },
    /// To somebody whose password is another now, by e-mail.
    PasswordChanged {
        /// Their address.
        email: String,
        /// Their name.
        name: String,
        /// Since when.
        at: Timestamp,
    },
    /// To customer service, by Slack: somebody would like a full account.
    AccountRequested(AccountRequest),
    /// To somebody whom an organisation lets in, by e-mail: how they sign in.
    ContactConnected {
        /// Their address.
        email: String,
        /// Their name.
        name: String,
        /// The name of the organisation.
        organisation: String,
    },
    /// To customer service, by Slack: an organisation would like a module.
    ModuleRequested(ModuleRequest),
    /// To who owned an organisation and to who owns it now, by e-mail.
    OwnerChanged {
        /// Their address.
        email: String,
        /// Their name.
        name: String,
        /// The organisation's name.
        organisation: String,
        /// The name of who owns it now.
        owner: String,
        /// Since when.
        at: Timestamp,
    },
    /// To the owner of an organisation that is in use from now on, by e-mail.
    OrganisationActivated {
        /// Their address.
        email: String,
        /// Their name.
        name: String,
        /// The organisation's name.
        organisation: String,
    },
}

/// Which organisation would like which module.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleRequest {
    /// The organisation.
    pub organisation_id: OrganisationId,
    /// Its name.
    pub organisation: String,
    /// The module's identifier, as it was asked for.
    pub module: String,
    /// Who asked.
    pub user_id: UserId,
}

/// Who would like an account, as they say it themselves.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRequest {
    /// Which one.
    pub kind: AccountKind,
    /// Their e-mail address.
    pub email: String,
    /// Their first name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Their last name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Their phone, as E.164 writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The name of their business.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business_name: Option<String>,
    /// The number that it is registered by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company_number: Option<String>,
}

/// The accounts that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AccountKind {
    /// A full account.
    Account,
    /// One of a trading buyer.
    TradingBuyerAccount,
}

/// A notice on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its identifier; the same however often it is sent.
    pub id: Uuid,
    /// What is told.
    pub notice: Notice,
}

impl Notice {
    /// Its name, which a log may hold.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::MagicLink { .. } => "magic link",
            Self::PasswordChanged { .. } => "password changed",
            Self::AccountRequested(_) => "account requested",
            Self::ContactConnected { .. } => "contact connected",
            Self::ModuleRequested(_) => "module requested",
            Self::OwnerChanged { .. } => "owner changed",
            Self::OrganisationActivated { .. } => "organisation activated",
        }
    }
}

impl fmt::Debug for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Notice({})", self.name())
    }
}

impl fmt::Debug for AccountRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountRequest").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl fmt::Debug for ModuleRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ModuleRequest")
            .field("organisation_id", &self.organisation_id)
            .finish_non_exhaustive()
    }
}

impl Message {
    /// When it stops being worth sending; most never do.
    #[must_use]
    pub const fn until(&self) -> Option<Timestamp> {
        match self.notice {
            Notice::MagicLink { expires_at, .. } => Some(expires_at),
            Notice::PasswordChanged { .. }
            | Notice::AccountRequested(_)
            | Notice::ContactConnected { .. }
            | Notice::ModuleRequested(_)
            | Notice::OwnerChanged { .. }
            | Notice::OrganisationActivated { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const AT: Timestamp = Timestamp::constant(1_763_798_400, 0);

    fn notices() -> [Notice; 7] {
        let secret = || "zebra".to_owned();
        [
            Notice::MagicLink { phone: secret(), link: secret(), expires_at: AT },
            Notice::PasswordChanged { email: secret(), name: secret(), at: AT },
            Notice::AccountRequested(AccountRequest {
                kind: AccountKind::TradingBuyerAccount,
                email: secret(),
                first_name: Some(secret()),
                last_name: Some(secret()),
                phone: Some(secret()),
                business_name: Some(secret()),
                company_number: Some(secret()),
            }),
            Notice::ContactConnected { email: secret(), name: secret(), organisation: secret() },
            Notice::ModuleRequested(ModuleRequest {
                organisation_id: OrganisationId(Uuid::nil()),
                organisation: secret(),
                module: secret(),
                user_id: UserId(Uuid::nil()),
            }),
            Notice::OwnerChanged {
                email: secret(),
                name: secret(),
                organisation: secret(),
                owner: secret(),
                at: AT,
            },
            Notice::OrganisationActivated {
                email: secret(),
                name: secret(),
                organisation: secret(),
            },
        ]
    }

    #[test]
    fn nothing_personal_shows_when_a_message_is_printed() {
        for notice in notices() {
            let message = Message { id: Uuid::nil(), notice };
            let printed = format!("{message:?} {message:#?}");
            assert!(printed.contains(message.notice.name()), "{printed}");
            assert!(!printed.contains("zebra"), "{printed}");
            if let Notice::AccountRequested(request) = &message.notice {
                assert!(!format!("{request:?}").contains("zebra"));
            }
            if let Notice::ModuleRequested(request) = &message.notice {
                assert!(!format!("{request:?}").contains("zebra"));
            }
        }
    }

    #[test]
    fn a_message_reads_as_it_was_written() {
        for notice in notices() {
            let message = Message { id: Uuid::nil(), notice };
            let written = serde_json::to_string(&message).expect("JSON");
            let read: Message = serde_json::from_str(&written).expect("a message");
            assert_eq!(read.notice, message.notice);
        }
    }

    #[test]
    fn all_of_a_request_but_its_kind_and_address_may_be_left_out() {
        let notice =
            json!({"type": "account_requested", "kind": "account", "email": "a@b.example"});
        let read: Notice = serde_json::from_value(notice.clone()).expect("a notice");
        assert_eq!(serde_json::to_value(read).expect("JSON"), notice);
    }

    #[test]
    fn a_link_is_worth_sending_as_long_as_it_leads_somewhere() {
        let untils = notices().map(|notice| Message { id: Uuid::nil(), notice }.until());
        assert_eq!(untils, [Some(AT), None, None, None, None, None, None]);
    }
}
