use super::*;
use proptest::prelude::*;
use std::collections::HashSet;

fn org(n: u128) -> OrganisationId {
    format!("{n:08x}-0000-7000-8000-000000000000").parse().expect("a UUID")
}

fn user_id(n: u128) -> UserId {
    format!("{n:08x}-0000-7000-8000-000000000001").parse().expect("a UUID")
}

#[test]
fn kinds_of_items_never_meet() {
    let (p, i) = (ProviderId::new(1).expect("ok"), InstrumentId::new(1).expect("ok"));
    let (r, l) = (RequestId::new(1).expect("ok"), "00000000-0000-7000-8000-000000000000");
    let learner_id: LearnerId = l.parse().expect("a UUID");
    let credential_id: CredentialId = l.parse().expect("a UUID");
    let sub_tpp_id: SubTppId = l.parse().expect("a UUID");
    let listing_id: ListingId = l.parse().expect("a UUID");
    let unit: BusinessUnitId = l.parse().expect("a UUID");
    let keys = [
        instrument(i),
        provider(p),
        count(p, Counted::Results, 0),
        count(p, Counted::Enrolments, 0),
        count(p, Counted::Notifications, 0),
        notification(p, NotificationId::new(1).expect("ok")),
        notification_key(p, "k"),
        used_samples_chunk(EnrolmentId::new(1).expect("ok"), 1, 1),
        sample_count(learner_id, i),
        histogram(learner_id, i, None),
        histogram(learner_id, i, Some(p)),
        sample(SampleId::new(1).expect("ok")),
        validation(SampleId::new(1).expect("ok"), p),
        credential(credential_id),
        provider_credentials(p),
        name("instrument", "acronym", "k"),
        name("instrument", "queue", "k"),
        name("provider", "queue", "k"),
        organisation(org(0)),
        webhook(org(0)),
        business_unit(org(0), unit),
        business_unit_owner(unit),
        business_unit_count(org(0)),
        business_unit_name(org(0), "k"),
        user(user_id(0)),
        connection(org(0), org(1)),
        mail_domain_user("farm.example", org(0), user_id(0)),
        profile(user_id(0), org(0)),
        user_links(user_id(0)),
        link(user_id(0).0),
        learner(learner_id),
        enrolment(learner_id, p),
        request(r),
        result(r, p),
        idempotency(Some(org(0)), user_id(0), "verification", "k"),
        idempotency(None, user_id(0), "verification", "k"),
        outbox(1, Timestamp::UNIX_EPOCH),
        due(Timestamp::UNIX_EPOCH, "w", 1),
        due_mark(),
        issuer_key("k"),
        attempts("login", "k", 0),
        idempotency_of_machine(credential_id, "verification", "k"),
        member(org(0)),
        sub_tpp(org(0), sub_tpp_id),
        deleted_sub_tpp(org(0), sub_tpp_id),
        sub_tpp_domain(org(0), &"k.example".parse().expect("a domain")),
        sub_tpp_approval(org(0), sub_tpp_id),
        page_key(),
        settings(),
        audit(None, Timestamp::UNIX_EPOCH, user_id(0).0),
        audit(Some(org(0)), Timestamp::UNIX_EPOCH, user_id(0).0),
        listing(listing_id),
        listing_categories(listing_id),
        partner(org(0)),
        approval(org(0), listing_id),
        enablement(org(0), listing_id, "d", "t"),
        partner_customer(org(0), listing_id, listing_id.0),
        partner_customer_key(org(0), listing_id, CustomerKey::Id, "k"),
        partner_customer_key(org(0), listing_id, CustomerKey::UserId, "k"),
    ];
    assert_eq!(keys.iter().collect::<HashSet<_>>().len(), keys.len());
}

#[test]
fn a_clients_place_begins_as_those_of_its_kind_and_organisation() {
    let id: CredentialId = "00000000-0000-7000-8000-000000000002".parse().expect("a UUID");
    let service = Machine::new(MachineKind::Service, None).expect("a machine");
    let member = Machine::new(MachineKind::Member, Some(org(1))).expect("a machine");
    let begins =
        |machine, kind, of| client_in_index(machine, id).starts_with(&clients_in_index(kind, of));
    for machine in [service, member] {
        assert!(begins(machine, None, None) && begins(machine, Some(machine.kind()), None));
        assert!(!begins(machine, Some(MachineKind::Csp), None));
        assert!(!begins(machine, Some(MachineKind::Member), Some(org(2))));
    }
    assert!(begins(member, Some(MachineKind::Member), Some(org(1))));
}

proptest! {
    #[test]
    fn escaping_is_injective(a: String, b: String) {
        prop_assert_eq!(a == b, escape(&a) == escape(&b));
    }

    #[test]
    fn escaped_parts_hold_no_separator(part in "[#%a-z;\\x00-\\x20]{0,20}") {
        prop_assert!(!escape(&part).contains('#'));
    }

    #[test]
    fn distinct_parts_make_distinct_keys(
        a in ("[a-z#%]{0,8}", 0_u128..3, 0_u128..3),
        b in ("[a-z#%]{0,8}", 0_u128..3, 0_u128..3),
    ) {
        let key = |(text, o, u): &(String, u128, u128)| idempotency(Some(org(*o)), user_id(*u), "r", text);
        prop_assert_eq!(a == b, key(&a) == key(&b));
    }

    #[test]
    fn distinct_enablements_have_distinct_keys(
        a in ("[a-c#%]{0,6}", "[a-c#%]{0,6}"),
        b in ("[a-c#%]{0,6}", "[a-c#%]{0,6}"),
    ) {
        let listing: ListingId = "00000000-0000-7000-8000-000000000000".parse().expect("a UUID");
        let key = |(deployment, of): &(String, String)| enablement(org(0), listing, deployment, of);
        prop_assert_eq!(a == b, key(&a) == key(&b));
    }

    #[test]
    fn numbers_sort_as_numbers(a in 0_u64..(1 << 53), b in 0_u64..(1 << 53)) {
        prop_assert_eq!(a.cmp(&b), number(a).cmp(&number(b)));
        prop_assert_eq!(a.cmp(&b), result_in_provider(a).cmp(&result_in_provider(b)));
    }

    #[test]
    fn a_histograms_key_tells_whose_it_is(i in 0_u64..(1 << 53), p in proptest::option::of(0_u64..(1 << 53))) {
        let learner: LearnerId = "00000000-0000-7000-8000-000000000000".parse().expect("a UUID");
        let whose = (InstrumentId::new(i).expect("ok"), p.and_then(ProviderId::new));
        prop_assert_eq!(histogram_of(&histogram(learner, whose.0, whose.1)), Some(whose));
        prop_assert_eq!(sample_count_of(&sample_count(learner, whose.0)), Some(whose.0));
    }

    #[test]
    fn times_sort_as_times(a in 0_i64..4_000_000_000_000, b in 0_i64..4_000_000_000_000) {
        let at = |ms| Timestamp::from_millisecond(ms).expect("in range");
        prop_assert_eq!(a.cmp(&b), time(at(a)).cmp(&time(at(b))));
    }
}
