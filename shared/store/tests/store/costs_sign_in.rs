//! What it costs to sign in by a secret.

use attesta_store::{Asked, Newcomer};
use jiff::SignedDuration;

use crate::access_patterns::Sheet;
use crate::links::{place, reachable, sent};

pub(crate) async fn secrets(sheet: &Sheet) {
    let (user, subject) = reachable(&sheet.world).await;
    let store = sheet.on.store.clone();
    let place = place();
    let text = user.to_string();
    sheet.measure("send_link", "", store.send_link(Some(user), &place, Asked::Seldom)).await;
    let to_nobody = store.send_link(None, &place, Asked::Seldom);
    sheet.measure("send_link", "nobody", to_nobody).await;
    let secret = sent(&sheet.world).await.remove(0);
    sheet.measure("link_owner", "", store.link_owner(&secret)).await;
    sheet.measure("redeem", "", store.redeem(user, subject, &secret)).await;
    sheet.measure("redeem", "again", store.redeem(user, subject, &secret)).await;
    sheet.measure("signing_in", "", store.signing_in(user, None)).await;
    let subject_of_token =
        store.token_subject(&sheet.world.staff, &text, None).await.expect("a user");
    let day = SignedDuration::from_hours(24);
    let made_by = sheet.world.staff.user_id;
    let token = store.create_api_token(&subject_of_token, made_by, [].into(), day, None).await;
    let (token, _) = token.expect("made");
    let by_token = store.signing_in(user, Some(token.id));
    sheet.measure("signing_in", "by an API token", by_token).await;
    let new = Newcomer {
        email: "una@example.com".to_owned(),
        phone: Some("+447400123456".to_owned()),
        given_name: None,
        family_name: None,
    };
    sheet.measure("take_in", "new", store.take_in(&new)).await;
    sheet.measure("take_in", "known", store.take_in(&new)).await;
    let other = sheet.world.other_user.user_id;
    sheet.measure("note_subject", "", store.note_subject(other, subject)).await;
    sheet.measure("note_subject", "known", store.note_subject(other, subject)).await;
}
