//! What API tokens, people's own profiles and their addresses cost.

use attesta_identity::UserCaller;
use attesta_model::{AccountKind, AccountRequest, Notice};
use attesta_store::access::{CanChange, CanRead};
use attesta_store::{Addresses, Idempotency};
use jiff::SignedDuration;

use crate::access_patterns::Sheet;

pub(crate) async fn api_tokens(sheet: &Sheet) {
    let (store, staff) = (sheet.on.store.clone(), sheet.world.staff.clone());
    let (user, hour) = (sheet.world.user.user_id.to_string(), SignedDuration::from_hours(1));
    let subject = store.token_subject(&staff, &user, None);
    let subject = sheet.measure("token_subject", "no key", subject).await;
    let new = |key| {
        store.create_api_token(&subject, staff.user_id, ["owner".to_owned()].into(), hour, key)
    };
    let (token, secret) = sheet.measure("create_api_token", "no key", new(None)).await;
    let key = Idempotency::new(None, staff.user_id, "api-tokens", "key", &[]);
    let again = store.token_subject(&staff, &user, Some(&key));
    sheet.measure("token_subject", "", again).await;
    sheet.measure("create_api_token", "", new(Some(&key))).await;
    sheet.measure("api_token", "", store.api_token(&secret)).await;
    let id = token.id.to_string();
    let managed = store.managed_api_token::<CanChange>(&staff, &id);
    let managed = sheet.measure("managed_api_token", "", managed).await;
    for _ in 0..98 {
        new(None).await.expect("made");
    }
    let all = store.api_tokens(&staff, None, None);
    sheet.measure("api_tokens", "100", all).await;
    let looked_at = store.managed_api_token::<CanRead>(&staff, &id).await.expect("there");
    assert!(looked_at.get().revoked_at.is_none());
    sheet.measure("revoke_api_token", "", store.revoke_api_token(&managed)).await;
    let managed = store.managed_api_token(&staff, &id).await.expect("there");
    sheet.measure("revoke_api_token", "again", store.revoke_api_token(&managed)).await;
}

pub(crate) async fn profiles(sheet: &Sheet) {
    let (store, user) = (sheet.on.store.clone(), sheet.world.user.clone());
    let (token, _) = sheet.world.api_token(&["owner"]).await;
    sheet.measure("own_profile", "", store.own_profile(&user)).await;
    let program = UserCaller { api_token: Some(token.id), ..user.clone() };
    sheet.measure("own_profile", "by an API token", store.own_profile(&program)).await;
    let profile = store.profile_by_api_token(&token);
    sheet.measure("profile_by_api_token", "", profile).await;
    let new = Addresses { email: Some("new@example.com".to_owned()), phone: None };
    sheet
        .measure("move_addresses", "another e-mail address", store.move_addresses(&user, &new))
        .await;
    sheet.measure("move_addresses", "there already", store.move_addresses(&user, &new)).await;
    let notice = Notice::AccountRequested(AccountRequest {
        kind: AccountKind::Account,
        email: "una@farm.example".to_owned(),
        first_name: None,
        last_name: None,
        phone: None,
        business_name: None,
        company_number: None,
    });
    sheet.measure("tell_somebody", "", store.tell_somebody(notice)).await;
}
