//! Who somebody is to AWS.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The longest name that is taken, in characters.
const MOST: usize = 300;

/// The ARN of one role or one user of an AWS account. It names nobody else:
/// neither a whole account nor a pattern.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Principal(String);

/// A text that names no role and no user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the ARN of a role or a user")]
pub struct NotAPrincipal;

impl Principal {
    /// The ARN.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Principal {
    type Err = NotAPrincipal;

    fn from_str(text: &str) -> Result<Self, NotAPrincipal> {
        let parts: Vec<_> = text.splitn(6, ':').collect();
        let ["arn", partition, "iam", "", account, name] = parts[..] else {
            return Err(NotAPrincipal);
        };
        let is_partition = matches!(partition, "aws" | "aws-cn" | "aws-us-gov");
        let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        let name = name.strip_prefix("role/").or_else(|| name.strip_prefix("user/"));
        let is_name = name.is_some_and(|name| name.split('/').all(is_name_part));
        let is_principal = text.len() <= MOST && is_partition && is_account && is_name;
        is_principal.then(|| Self(text.to_owned())).ok_or(NotAPrincipal)
    }
}

fn is_name_part(part: &str) -> bool {
    let is_of_names = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    !part.is_empty() && part.bytes().all(is_of_names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_role_or_one_user_is_named() {
        for good in [
            "arn:aws:iam::123456789012:role/worker",
            "arn:aws:iam::123456789012:user/some/path/worker@example.com",
            "arn:aws-cn:iam::123456789012:role/a+b=c,d.e-f_g",
        ] {
            let principal: Principal = good.parse().expect(good);
            assert_eq!(principal.as_str(), good);
        }
        let long = format!("arn:aws:iam::123456789012:role/{}", "x".repeat(300));
        for bad in [
            "",
            "*",
            "123456789012",
            "arn:aws:iam::123456789012:root",
            "arn:aws:iam::123456789012:role/",
            "arn:aws:iam::123456789012:role/*",
            "arn:aws:iam::123456789012:role/a//b",
            "arn:aws:iam::123456789012:role/a:b",
            "arn:aws:iam::12345678901:role/worker",
            "arn:aws:iam:eu-west-1:123456789012:role/worker",
            "arn:other:iam::123456789012:role/worker",
            "arn:aws:sts::123456789012:assumed-role/a/b",
            " arn:aws:iam::123456789012:role/worker",
            &long,
        ] {
            assert_eq!(bad.parse::<Principal>(), Err(NotAPrincipal), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn nonsense_names_nobody(text: String) {
            prop_assert!(text.parse::<Principal>().is_err());
        }

        #[test]
        fn no_name_is_a_pattern(name in "[ -~]{1,20}") {
            let text = format!("arn:aws:iam::123456789012:role/{name}");
            let is_pattern = name.contains(['*', '?', '"', '\\', '$']);
            prop_assert!(!(is_pattern && text.parse::<Principal>().is_ok()));
        }
    }
}
