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

/// What once left the list stays out of it.
#[test]
fn the_list_of_the_not_yet_built_only_shrinks() {
    let now = lists::read(UNBUILT);
    for earlier in lists::history(UNBUILT) {
        assert_eq!(lists::grown(&now, &earlier), Vec::<String>::new());
    }
}

#[test]
fn a_list_that_grows_is_found() {
    let list =
        |names: &[&str]| lists::unbuilt(&names.iter().map(|&name| name.to_owned()).collect());
    let earlier = list(&["GET /a", "GET /b"]);
    assert_eq!(lists::grown(&list(&["GET /b"]), &earlier), Vec::<String>::new());
    assert_eq!(lists::grown(&list(&["GET /b", "GET /c"]), &earlier), ["GET /c"]);
    let padded = earlier.replace("at most 2", "at most 3");
    assert_eq!(lists::grown(&padded, &earlier), ["# at most 3 operations; this list only shrinks"]);
}

#[test]
fn differences_of_lists_are_shown_line_by_line() {
    assert_eq!(lists::difference("a\nb\n", "b\nc\n"), "- a\n+ c\n");
    assert_eq!(lists::difference("a\nb\n", "b\na\n"), "only in the order or number of lines\n");
    let found = [("PUT /b", ["413", "200.extra"]), ("GET /a", ["405", "406"])];
    let found = found
        .map(|(operation, additions)| (operation.to_owned(), additions.map(str::to_owned).into()));
    let text = lists::additions(&found.into());
    assert!(text.ends_with("\nGET /a: 405, 406\nPUT /b: 200.extra, 413\n"), "{text}");
}
