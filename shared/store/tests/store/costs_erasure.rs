//! What erasing a learner costs.

use attesta_testing::World;

use crate::access_patterns::Sheet;

pub(crate) async fn erasure(sheet: &Sheet) {
    let (store, learner) = (sheet.on.store.clone(), sheet.world.learner);
    let (user, organisation) = (sheet.world.user.clone(), sheet.world.organisation);
    let owner = store.organisation(&user, organisation).await.expect("an owner");
    sheet.world.submit(&[World::PLAGIARISM]).await;
    sheet.measure("begin_erasure", "", store.begin_erasure(&owner, learner)).await;
    sheet.measure("to_be_erased", "", store.to_be_erased(learner)).await;
    sheet.measure("requests_of", "1 request", store.requests_of(learner)).await;
    sheet.measure("erase_enrolments", "none", store.erase_enrolments(learner)).await;
    sheet.measure("finish_erasure", "", store.finish_erasure(learner)).await;
}
