//! What it costs to sign in by a secret.

use jiff::SignedDuration;

use crate::access_patterns::Sheet;
use crate::links::{place, reachable, sent};

pub(crate) async fn secrets(sheet: &Sheet) {
    let (user, subject) = reachable(&sheet.world).await;
    let store = sheet.on.store.clone();
    let text = user.to_string();
    sheet.measure("send_link", "", store.send_link(&text, &place(), "here")).await;
    sheet.measure("send_link", "nobody", store.send_link("nobody", &place(), "here")).await;
    let secret = sent(&sheet.world).await.remove(0);
    sheet.measure("link_owner", "", store.link_owner(&secret)).await;
    sheet.measure("redeem", "", store.redeem(user, subject, &secret)).await;
    sheet.measure("redeem", "again", store.redeem(user, subject, &secret)).await;
    sheet.measure("signing_in", "", store.signing_in(user, None)).await;
    let subject_of_token = store.token_subject(&sheet.world.staff, &text).await.expect("a user");
    let day = SignedDuration::from_hours(24);
    let made_by = sheet.world.staff.user_id;
    let token = store.create_api_token(&subject_of_token, made_by, Vec::new(), day).await;
    let (token, _) = token.expect("made");
    let by_token = store.signing_in(user, Some(token.id));
    sheet.measure("signing_in", "by an API token", by_token).await;
    let other = sheet.world.other_user.user_id;
    sheet.measure("note_subject", "", store.note_subject(other, subject)).await;
    sheet.measure("note_subject", "known", store.note_subject(other, subject)).await;
}
