//! `COLUMNS.md` says what files of each kind consist of; here it is held to it.

use attesta_assurance::RedTractor;
use attesta_imports::{AnyKind, documented, kinds};
use attesta_testing::World;

const PAGE: &str = include_str!("../../COLUMNS.md");

#[tokio::test]
async fn the_page_says_what_the_kinds_say() {
    let World { store, aws, .. } = World::start().await;
    let red_tractor = RedTractor::new(&aws.queues_config(), None, "red-tractor");
    let units = kinds::BusinessUnits::new(store.clone(), red_tractor);
    let organisations = kinds::Organisations::new(store.clone());
    let added = kinds::AddedPreferences::new(store.clone());
    let set = kinds::SetPreferences::new(store.clone());
    let finmid = kinds::FinMidStatus::new(store);
    assert_eq!(added.columns(), set.columns(), "both are on the page once");
    let parts: [(&str, &dyn AnyKind); 4] = [
        ("Business units", &units),
        ("Organisations", &organisations),
        ("Preferences", &added),
        ("FinMid status", &finmid),
    ];
    let parts = parts.map(|(title, kind)| documented(title, kind)).join("\n");
    let (_, kept) = PAGE.split_at(PAGE.find("\n## ").expect("a title") + 1);
    assert_eq!(kept, parts, "COLUMNS.md is to have this below its first lines:\n{parts}");
}
