//! What a password has to be.

use attesta_cognito::policy;
use yaml_serde::Value;

use crate::support::*;

const TEMPLATE: &str = include_str!("../../../../infra/template.yaml");

#[test]
fn the_policy_is_the_one_of_every_pool_in_the_template() {
    let template: Value = yaml_serde::from_str(TEMPLATE).expect("YAML");
    let resources = template["Resources"].as_mapping().expect("resources");
    let is_pool = |one: &&Value| one["Type"] == "AWS::Cognito::UserPool";
    let pools: Vec<_> = resources.values().filter(is_pool).collect();
    assert!(!pools.is_empty());
    for pool in pools {
        let policy = &pool["Properties"]["Policies"]["PasswordPolicy"];
        assert_eq!(policy["MinimumLength"], policy::MIN_LENGTH as u64);
        assert_eq!(policy["RequireLowercase"], true);
        assert_eq!(policy["RequireUppercase"], true);
        assert_eq!(policy["RequireNumbers"], true);
        assert_eq!(policy["RequireSymbols"], false);
        assert!(policy["PasswordHistorySize"].is_null());
    }
}

#[test]
fn a_password_is_long_enough_and_of_three_kinds_of_characters() {
    let problem = |password: &str| policy::problem("password", &secret(password));
    let longest = format!("aA1{}", "x".repeat(253));
    for fine in ["Abcdefghijk1", "Äbcdefghijk1A", "A 1 lower space", &longest] {
        assert_eq!(problem(fine), None, "{fine}");
    }
    let too_long = format!("{longest}x");
    for bad in [
        "",
        "Abcdefghij1",
        "abcdefghijk1",
        "ABCDEFGHIJK1",
        "Abcdefghijkl",
        "Äbcdefghijk1",
        " Abcdefghijk1",
        "Abcdefghijk1 ",
        &too_long,
    ] {
        let problem = problem(bad).unwrap_or_else(|| panic!("{bad} is fine"));
        assert_eq!(Error::Invalid(vec![problem]), weak("password"), "{bad}");
    }
}
