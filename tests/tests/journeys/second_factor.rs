//! Staff get a second factor, and may work then.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key, sign};
use serde_json::{Value, json};

use super::Stack;
use super::passwords::{Newcomer, tokens};

/// The bytes that base 32 writes as this.
fn bytes(secret: &str) -> Vec<u8> {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut bits, mut length, mut bytes) = (0_u32, 0, Vec::new());
    for letter in secret.trim_end_matches('=').chars() {
        let five = LETTERS.find(letter).expect("base 32");
        bits = (bits << 5) | u32::try_from(five).expect("small");
        length += 5;
        if length >= 8 {
            length -= 8;
            bytes.push(u8::try_from((bits >> length) & 0xff).expect("a byte"));
        }
    }
    bytes
}

/// What an authenticator shows at a time, in seconds since 1970 (RFC 6238).
fn shown(secret: &str, seconds: u64) -> String {
    let key = Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, &bytes(secret));
    let tag = sign(&key, &(seconds / 30).to_be_bytes());
    let tag = tag.as_ref();
    let at = usize::from(tag[tag.len() - 1] & 0x0f);
    let number = tag[at..at + 4].iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
    format!("{:06}", (number & 0x7fff_ffff) % 1_000_000)
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs()
}

#[test]
fn an_authenticator_shows_what_the_standard_says() {
    // The test vectors of RFC 6238, the last six digits of them.
    let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    assert_eq!(shown(secret, 59), "287082");
    assert_eq!(shown(secret, 1_111_111_109), "081804");
}

#[tokio::test]
#[ignore = "needs a local stack"]
async fn staff_may_work_once_they_sign_in_with_a_code() {
    let stack = Stack::running();
    let person = Newcomer::welcome(&stack).await;
    let [access, _] = person.first_tokens().await;
    let work = async |access: &str| {
        let nobody = json!({"username": "nobody@example.com"});
        stack.post("/customers/auth/admin/reset-password", access, &nobody).await
    };
    let refused = work(&access).await;
    assert_eq!((refused.status, &refused.body["code"]), (403, &json!("second_factor_required")));

    let begun = stack.post("/customers/auth/totp", &access, &Value::Null).await;
    assert_eq!(begun.status, 200, "{:?}", begun.body);
    let secret = begun.body["secret"].as_str().expect("a secret");
    let verify = json!({"code": shown(secret, now())});
    let verified = stack.post("/customers/auth/totp/verify", &access, &verify).await;
    assert_eq!(verified.status, 200, "{:?}", verified.body);
    assert_eq!(work(&access).await.status, 401);

    let asked = stack.post("/customers/auth/login", "", &person.credentials()).await;
    let challenge = &asked.body["challenge"];
    assert_eq!(challenge["challengeName"], "SOFTWARE_TOKEN_MFA", "{:?}", asked.body);
    let reply = |code: &str| {
        json!({
            "challengeName": "SOFTWARE_TOKEN_MFA",
            "username": challenge["challengeParameters"]["authPlatformId"],
            "session": challenge["session"],
            "code": code,
        })
    };
    // Of the next half minute: Cognito takes no code twice.
    let code = shown(secret, now() + 30);
    let entered = stack.post("/customers/auth/challenge", "", &reply(&code)).await;
    assert_eq!(entered.status, 200, "{:?}", entered.body);
    let [access, _] = tokens(&entered.body);
    assert_eq!(work(&access).await.status, 404);
}
