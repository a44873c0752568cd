//! The code keeps the contracts.

use std::collections::{BTreeMap, BTreeSet};

use attesta_tests::comparer::{Comparison, compare};
use attesta_tests::lists;
use attesta_tests::surfaces::surfaces;

const ADDITIONS: &str = "additions.txt";
const UNBUILT: &str = "not-yet-built.txt";

fn comparisons() -> Vec<Comparison> {
    let surfaces = surfaces();
    let compared = surfaces.iter().map(|surface| compare(&surface.contract, &surface.code));
    compared.collect()
}

#[test]
fn the_contracts_can_be_read_to_the_last_keyword() {
    let mut operations = 0;
    for surface in surfaces() {
        let itself = compare(&surface.contract, &surface.contract);
        assert_eq!(itself.broken, Vec::<String>::new(), "{}", surface.file);
        operations += surface.contract.operations().len();
    }
    assert_eq!(operations, 107);
}

#[test]
fn what_is_built_keeps_its_contract() {
    let broken = comparisons().into_iter().flat_map(|one| one.broken);
    let broken = broken.collect::<Vec<_>>();
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn what_is_declared_beyond_is_listed() {
    let additions = comparisons().into_iter().flat_map(|one| one.additions);
    let additions = additions.collect::<BTreeMap<_, _>>();
    lists::assert_listed(ADDITIONS, &lists::additions(&additions));
}

#[test]
fn what_is_not_yet_built_is_listed() {
    let unbuilt = comparisons().into_iter().flat_map(|one| one.unbuilt);
    let unbuilt = unbuilt.collect::<BTreeSet<_>>();
    let listed = lists::read(UNBUILT);
    let room = lists::ceiling(&listed).unwrap_or_default();
    assert!(
        unbuilt.len() <= room,
        "{} operations are not built, allowed are {room}",
        unbuilt.len()
    );
    lists::assert_listed(UNBUILT, &lists::unbuilt(&unbuilt));
}

/// The count in its first line can only be lowered, and what once left the list stays out of it.
#[test]
fn the_list_of_the_not_yet_built_only_shrinks() {
    let now = lists::read(UNBUILT);
    for earlier in lists::history(UNBUILT) {
        let before = lists::entries(&earlier).collect::<BTreeSet<_>>();
        let back = lists::entries(&now).filter(|line| !before.contains(line));
        assert_eq!(back.collect::<Vec<_>>(), Vec::<&str>::new(), "were built once");
        assert!(lists::ceiling(&now) <= lists::ceiling(&earlier), "the count has grown");
    }
}
