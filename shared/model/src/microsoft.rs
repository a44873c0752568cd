//! What Microsoft has to know of a customer before it sells to them.

use serde_json::{Map, Value};

use crate::{Kind, Problem, Reason, moment};

/// What a field has to be.
#[derive(Debug, Clone, Copy)]
enum Wanted {
    Text,
    Email,
    /// As `en` in `en-US`.
    Language,
    /// As `en-US`.
    Culture,
    Boolean,
    Moment,
    /// Digits, as a number or as a text.
    Digits,
    List,
}

/// The fields, all of which must be there; whatever else there is stays unread.
const FIELDS: [(&str, Wanted); 14] = [
    ("Domain", Wanted::Text),
    ("CredentialsEmail", Wanted::Email),
    ("AcceptedMCA", Wanted::Boolean),
    ("AgreementDate", Wanted::Moment),
    ("KeepPrimaryInformation", Wanted::Boolean),
    ("FirstName", Wanted::Text),
    ("LastName", Wanted::Text),
    ("Email", Wanted::Email),
    ("Phone", Wanted::Text),
    ("DefaultCulture", Wanted::Culture),
    ("Language", Wanted::Language),
    ("AssociatedPartnerId", Wanted::Digits),
    ("Qualifications", Wanted::List),
    ("EnableGDAP", Wanted::Boolean),
];

/// What is wrong with a document, field by field.
pub(crate) fn problems(document: &Value) -> Vec<Problem> {
    let Value::Object(fields) = document else {
        return vec![Problem { field: None, reason: Reason::NotA(Kind::Object) }];
    };
    let wrong = |(name, wanted): &(&str, Wanted)| {
        let reason = reason(fields, name, *wanted)?;
        Some(Problem { field: Some((*name).to_owned()), reason })
    };
    FIELDS.iter().filter_map(wrong).collect()
}

fn reason(fields: &Map<String, Value>, name: &str, wanted: Wanted) -> Option<Reason> {
    let rule = |text: &str| Some(Reason::Rule(text.to_owned()));
    match (fields.get(name), wanted) {
        (None, _) => Some(Reason::Required),
        (Some(Value::Null), _) => Some(Reason::Null),
        (Some(Value::Bool(_)), Wanted::Boolean) | (Some(Value::Array(_)), Wanted::List) => None,
        (Some(Value::Number(number)), Wanted::Digits) if number.is_u64() => None,
        (Some(_), Wanted::Boolean) => Some(Reason::NotA(Kind::Boolean)),
        (Some(_), Wanted::List) => Some(Reason::NotA(Kind::List)),
        (Some(Value::String(text)), _) if text.trim().is_empty() => Some(Reason::Blank),
        (Some(Value::String(text)), wanted) => match wanted {
            Wanted::Email if !is_email(text) => rule("Must be an e-mail address."),
            Wanted::Language if !is_language(text) => rule("Must be a language, such as en."),
            Wanted::Culture if !is_culture(text) => rule("Must be a culture, such as en-US."),
            Wanted::Digits if !is_digits(text) => rule("Must be digits."),
            Wanted::Moment => moment(text).err(),
            _ => None,
        },
        (Some(_), _) => Some(Reason::NotA(Kind::String)),
    }
}

fn is_email(text: &str) -> bool {
    let Some((name, domain)) = text.rsplit_once('@') else { return false };
    let is_clean = |part: &str| !part.is_empty() && !part.contains([' ', '\t', '\r', '\n', '@']);
    is_clean(name) && is_clean(domain) && text.len() <= 254
}

fn is_language(text: &str) -> bool {
    (2..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphabetic())
}

/// A language with the script, the region or both behind it.
fn is_culture(text: &str) -> bool {
    let mut parts = text.split('-');
    let is_part = |part: &str| {
        (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    parts.next().is_some_and(is_language) && parts.all(is_part)
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn sample() -> Value {
        json!({
            "Domain": "TestDomain",
            "CredentialsEmail": "test@email.com",
            "AcceptedMCA": true,
            "AgreementDate": "2022-12-28T00:00:00Z",
            "KeepPrimaryInformation": true,
            "FirstName": "Test",
            "LastName": "Test",
            "Email": "test@email.com",
            "Phone": "921231231",
            "DefaultCulture": "en-US",
            "Language": "en",
            "AssociatedPartnerId": "6234552",
            "Qualifications": [],
            "EnableGDAP": true,
        })
    }

    #[test]
    fn the_documents_sample_is_taken() {
        assert_eq!(problems(&sample()), []);
        let mut with_number = sample();
        with_number["AssociatedPartnerId"] = json!(6_234_552);
        with_number["Further"] = json!("unread");
        assert_eq!(problems(&with_number), []);
    }

    #[test]
    fn each_field_must_be_there_and_what_it_is() {
        for (name, _) in FIELDS {
            for value in [None, Some(Value::Null), Some(json!({})), Some(json!(" "))] {
                let mut document = sample();
                let fields = document.as_object_mut().expect("an object");
                match value {
                    None => drop(fields.remove(name)),
                    Some(value) => drop(fields.insert(name.to_owned(), value)),
                }
                let found = problems(&document);
                let named: Vec<_> = found.iter().filter_map(|one| one.field.as_deref()).collect();
                assert_eq!(named, [name], "{found:?}");
            }
        }
        let fields = problems(&json!({}));
        assert_eq!(fields.len(), FIELDS.len());
        assert_eq!(
            problems(&json!([])),
            [Problem { field: None, reason: Reason::NotA(Kind::Object) }]
        );
    }

    #[test]
    fn a_text_has_its_form() {
        for (name, bad) in [
            ("Email", "nobody"),
            ("Email", "@example.com"),
            ("CredentialsEmail", "a b@example.com"),
            ("AgreementDate", "28.12.2022"),
            ("DefaultCulture", "english"),
            ("DefaultCulture", "en_US"),
            ("Language", "e"),
            ("AssociatedPartnerId", "62x"),
            ("AssociatedPartnerId", "-1"),
        ] {
            let mut document = sample();
            document[name] = json!(bad);
            assert_eq!(problems(&document).len(), 1, "{name} {bad}");
        }
    }
}
