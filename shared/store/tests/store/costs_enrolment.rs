//! What enrolments and samples cost.

use attesta_model::Words;
use attesta_model::verification::SampleStatus;
use attesta_store::{ListQuery, Position};
use attesta_testing::World;

use crate::access_patterns::Sheet;

fn page(position: Position) -> ListQuery {
    ListQuery { limit: 10, position, order: Vec::new(), search: Words::new("") }
}

pub(crate) async fn samples(sheet: &Sheet) {
    let (caller, store) = (sheet.world.provider, sheet.on.store.clone());
    let learner = sheet.world.learner.to_string();
    let statuses = [SampleStatus::Valid; 50];
    let ids = sheet.world.put_samples(sheet.world.learner, World::PLAGIARISM, &statuses).await;
    let found = ids[0].to_string();
    let found = store.own_sample(&caller, "1", &learner, &found);
    sheet.measure("own_sample", "", found).await;
    for (case, position) in [
        ("first 10", Position::Offset(0)),
        ("10 by cursor", Position::After(ids[30].get())),
        ("10 after 40", Position::Offset(40)),
    ] {
        let query = page(position);
        let list = store.own_samples(&caller, "1", &learner, &query);
        sheet.measure("own_samples", case, list).await;
    }
}
