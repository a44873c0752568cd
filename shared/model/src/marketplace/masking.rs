//! What of a configuration is shown: everything but its secrets.

use serde_json::{Map, Value};

/// What stands for a secret.
const MASK: &str = "****";
/// The beginning of a text this long tells nothing of the rest.
const LONG: usize = 24;
/// So much of a long text is shown, in characters.
const SHOWN: usize = 4;
/// A name with one of these in it is a secret's.
const PARTS: [&str; 8] =
    ["secret", "token", "password", "passwd", "passphrase", "passcode", "credential", "signature"];
/// A name that has one of these as a word is a secret's.
const WORDS: [&str; 9] =
    ["keys", "pwd", "pass", "pin", "auth", "authorization", "bearer", "jwt", "cookie"];

/// A configuration as it may be shown: what has a secret's name is masked,
/// however deep it lies.
#[must_use]
pub fn masked(configuration: &Map<String, Value>) -> Map<String, Value> {
    walk(configuration, false, &|value, is_secret| {
        if is_secret { mask(value) } else { value.clone() }
    })
}

/// A configuration that takes the place of another. What comes back as it was
/// shown is what it stood for, so that nobody who changes something else puts
/// masks in the place of secrets.
#[must_use]
pub fn kept(mut new: Map<String, Value>, old: &Map<String, Value>) -> Map<String, Value> {
    let shown = masked(old);
    for (name, value) in &mut new {
        if let (Some(old), Some(shown)) = (old.get(name), shown.get(name)) {
            unmask(value, old, shown);
        }
    }
    new
}

fn unmask(value: &mut Value, old: &Value, shown: &Value) {
    match (value, old, shown) {
        (Value::Object(new), Value::Object(old), Value::Object(shown)) => {
            for (name, value) in new {
                if let (Some(old), Some(shown)) = (old.get(name), shown.get(name)) {
                    unmask(value, old, shown);
                }
            }
        }
        (Value::Array(new), Value::Array(old), Value::Array(shown)) => {
            for (value, (old, shown)) in new.iter_mut().zip(old.iter().zip(shown)) {
                unmask(value, old, shown);
            }
        }
        (value, old, shown) if value == shown => *value = old.clone(),
        _ => {}
    }
}

type Leaf<'a> = &'a dyn Fn(&Value, bool) -> Value;

fn walk(map: &Map<String, Value>, is_secret: bool, leaf: Leaf<'_>) -> Map<String, Value> {
    let member = |(name, value): (&String, &Value)| {
        (name.clone(), walk_value(value, is_secret || is_secrets_name(name), leaf))
    };
    map.iter().map(member).collect()
}

fn walk_value(value: &Value, is_secret: bool, leaf: Leaf<'_>) -> Value {
    match value {
        Value::Object(map) => Value::Object(walk(map, is_secret, leaf)),
        Value::Array(values) => {
            values.iter().map(|value| walk_value(value, is_secret, leaf)).collect()
        }
        plain => leaf(plain, is_secret),
    }
}

/// A long text keeps its first signs, by which who knows it knows it again.
fn mask(value: &Value) -> Value {
    match value {
        Value::String(text) if text.chars().count() >= LONG => {
            let start: String = text.chars().take(SHOWN).collect();
            format!("{start}…{MASK}").into()
        }
        Value::String(_) | Value::Number(_) => MASK.into(),
        other => other.clone(),
    }
}

fn is_secrets_name(name: &str) -> bool {
    let plain: String = name.chars().filter(|sign| sign.is_alphanumeric()).collect();
    let plain = plain.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| plain.contains(word));
    has(&PARTS) || plain.ends_with("key") || words(name).iter().any(|word| is_secrets_word(word))
}

fn is_secrets_word(word: &str) -> bool {
    word == "key" || WORDS.contains(&word)
}

/// The words of a name in lower case, however it joins them.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for sign in name.chars() {
        if !sign.is_alphanumeric() || was_lower && sign.is_uppercase() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| sign.is_alphanumeric()) {
            word.extend(sign.to_lowercase());
        }
        was_lower = sign.is_lowercase() || sign.is_numeric();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn map(value: Value) -> Map<String, Value> {
        let Value::Object(map) = value else { panic!("an object") };
        map
    }

    #[test]
    fn names_of_secrets_are_known_however_they_are_written() {
        for name in [
            "key",
            "api_key",
            "apiKey",
            "APIKEY",
            "api-keys",
            "keyId",
            "X-Api-Key",
            "privatekey",
            "secret",
            "clientSecret",
            "SECRET_ID",
            "token",
            "refreshTokens",
            "password",
            "passwd",
            "db_pwd",
            "userPass",
            "credential",
            "awsCredentials",
            "Authorization",
            "basicAuth",
            "pin",
            "session.cookie",
            "webhook_signature",
        ] {
            assert!(is_secrets_name(name), "{name}");
        }
        for name in ["", "name", "keyboard", "url", "author", "compass", "shipping", "region"] {
            assert!(!is_secrets_name(name), "{name}");
        }
    }

    #[test]
    fn secrets_are_masked_at_any_depth() {
        let shown = masked(&map(json!({
            "url": "https://api.example.com",
            "api_key": "sk_live_0123456789abcdefghij",
            "nested": [{"password": "short", "retries": 3}],
            "credentials": {"user": "u", "pin": 1234, "roles": ["a"], "on": true, "none": null},
        })));
        let expected = json!({
            "url": "https://api.example.com",
            "api_key": "sk_l…****",
            "nested": [{"password": "****", "retries": 3}],
            "credentials": {"user": "****", "pin": "****", "roles": ["****"], "on": true, "none": null},
        });
        assert_eq!(Value::Object(shown), expected);
    }

    #[test]
    fn what_comes_back_masked_stays_what_it_was() {
        let old = map(json!({"url": "a", "token": "t", "list": [{"key": "k"}, {"key": "l"}]}));
        let mut new = masked(&old);
        new.insert("url".to_owned(), json!("b"));
        new["list"][1]["key"] = json!("m");
        let expected = json!({"url": "b", "token": "t", "list": [{"key": "k"}, {"key": "m"}]});
        assert_eq!(Value::Object(kept(new, &old)), expected);
        let fresh = map(json!({"token": "****"}));
        assert_eq!(kept(fresh.clone(), &Map::new()), fresh);
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            "[a-z]{0,40}".prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<bool>().prop_map(Value::from),
            Just(Value::Null),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            let names = prop_oneof![Just("url"), Just("apiKey"), Just("nested"), Just("token")];
            let pairs = prop::collection::vec((names.prop_map(str::to_owned), inner.clone()), 0..4);
            prop_oneof![
                pairs.prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
                prop::collection::vec(inner, 0..4).prop_map(Value::Array),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_configuration_that_is_sent_back_as_shown_is_the_same(value in any_json()) {
            let old = map(json!({ "a": value }));
            prop_assert_eq!(kept(masked(&old), &old), old);
        }

        #[test]
        fn no_secret_is_shown_whole(secret in "[A-Z0-9]{5,60}", depth in 0_usize..5) {
            let value = (0..depth).fold(json!({ "token": secret }), |inner, _| json!([{ "a": inner }]));
            let shown = Value::Object(masked(&map(json!({ "a": value })))).to_string();
            prop_assert!(!shown.contains(&secret));
        }
    }
}
