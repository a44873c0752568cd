//! What keeps a stack well, read off the templates: what watches it, what it keeps,
//! and the pages that say what to do.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::deploying::root;

/// Pages of the runbook that are of no alarm.
const NO_ALARM: [&str; 4] = ["README", "backup-and-restore", "limits", "releases"];

/// A template, with `!Ref X` as `{"Ref": "X"}` and so on.
fn template(name: &str) -> Value {
    let text = fs::read_to_string(root().join("infra").join(name)).unwrap();
    plain(yaml_serde::from_str(&text).unwrap())
}

fn plain(value: yaml_serde::Value) -> Value {
    match value {
        yaml_serde::Value::Tagged(tagged) => {
            let name = tagged.tag.to_string();
            let name = name.trim_start_matches('!');
            json!({ name: plain(tagged.value) })
        }
        yaml_serde::Value::Sequence(items) => items.into_iter().map(plain).collect(),
        yaml_serde::Value::Mapping(members) => members
            .into_iter()
            .map(|(key, value)| (key.as_str().unwrap().to_owned(), plain(value)))
            .collect(),
        other => serde_json::to_value(other).unwrap(),
    }
}

/// The resources of a type, by name.
fn resources(template: &Value, of_type: &str) -> BTreeMap<String, Value> {
    let all = template["Resources"].as_object().unwrap().iter();
    let found = all.filter(|(_, resource)| resource["Type"] == of_type);
    found.map(|(name, resource)| (name.clone(), resource.clone())).collect()
}

fn main_template() -> Value {
    template("template.yaml")
}

fn alarms() -> BTreeMap<String, Value> {
    let alarms = resources(&template("operations.yaml"), "AWS::CloudWatch::Alarm");
    alarms.into_iter().map(|(name, alarm)| (name, alarm["Properties"].clone())).collect()
}

/// A name in the stack without the stack's.
fn own_name(sub: &Value) -> String {
    let name = sub["Sub"].as_str().unwrap_or_else(|| panic!("{sub}"));
    let name = name.strip_prefix("${AWS::StackName}-").or(name.strip_prefix("${Stack}-"));
    name.unwrap().to_owned()
}

fn functions() -> BTreeMap<String, Value> {
    let found = resources(&main_template(), "AWS::Serverless::Function");
    let named = found.into_values().map(|function| {
        let properties = function["Properties"].clone();
        (own_name(&properties["FunctionName"]), properties)
    });
    named.collect()
}

/// The queues that alarms on a metric look at.
fn queues_watched(metric: &str) -> BTreeSet<String> {
    let of_it = |alarm: &&Value| alarm["Namespace"] == "AWS/SQS" && alarm["MetricName"] == metric;
    let alarms = alarms();
    let watched = alarms.values().filter(of_it);
    watched.map(|alarm| own_name(&alarm["Dimensions"][0]["Value"])).collect()
}

#[test]
fn every_alarm_has_its_page_and_every_page_an_alarm() {
    let mut named = BTreeSet::new();
    for (name, alarm) in alarms() {
        let description = alarm["AlarmDescription"].as_str().unwrap();
        let page = description.split_once(": infra/runbook/").map(|(_, page)| page);
        let page = page.unwrap_or_else(|| panic!("{name} names no page: {description}"));
        named.insert(page.strip_suffix(".md").unwrap().to_owned());
    }
    let mut pages = BTreeSet::new();
    for file in fs::read_dir(root().join("infra/runbook")).unwrap() {
        let path = file.unwrap().path();
        assert_eq!(path.extension().unwrap(), "md");
        pages.insert(path.file_stem().unwrap().to_str().unwrap().to_owned());
    }
    let others = NO_ALARM.map(str::to_owned);
    let expected: BTreeSet<_> = named.iter().cloned().chain(others).collect();
    assert_eq!(pages, expected);
    let index = fs::read_to_string(root().join("infra/runbook/README.md")).unwrap();
    for page in pages.iter().filter(|page| *page != "README") {
        assert!(index.contains(&format!("({page}.md)")), "the index lacks {page}");
    }
}

#[test]
fn pages_of_alarms_answer_the_same_questions() {
    for file in fs::read_dir(root().join("infra/runbook")).unwrap() {
        let path = file.unwrap().path();
        let page = fs::read_to_string(&path).unwrap();
        if NO_ALARM.iter().any(|name| path.file_stem().unwrap() == *name) {
            continue;
        }
        for question in ["**Means**", "**Users notice**", "**Look**", "**Mend**", "**Well again**"]
        {
            assert!(page.contains(question), "{}: {question}", path.display());
        }
        assert!(page.contains("```sh\n"), "{}: no command", path.display());
    }
}

#[test]
fn every_alarm_tells_somebody_both_ways() {
    let topic = json!([{"Ref": "AlarmTopic"}]);
    for (name, alarm) in alarms() {
        assert_eq!((&alarm["AlarmActions"], &alarm["OKActions"]), (&topic, &topic), "{name}");
        assert!(alarm["TreatMissingData"].is_string(), "{name}: what does silence mean?");
    }
}

#[test]
fn every_function_is_watched_and_released_step_by_step() {
    let alarms = alarms();
    let names: BTreeSet<_> = alarms.values().map(|alarm| own_name(&alarm["AlarmName"])).collect();
    let template = main_template();
    let usual = &template["Globals"]["Function"];
    assert_eq!(usual["AutoPublishAlias"], "live");
    let stops = |preference: &Value| -> BTreeSet<String> {
        preference["Alarms"].as_array().into_iter().flatten().map(own_name).collect()
    };
    assert_eq!(stops(&usual["DeploymentPreference"]).len(), 2);
    let (mut behind_the_api, mut watched) = (0, stops(&usual["DeploymentPreference"]));
    for (name, function) in functions() {
        let own = stops(&function["DeploymentPreference"]);
        let mut events = function["Events"].as_object().into_iter().flat_map(|all| all.values());
        if events.any(|event| event["Type"] == "HttpApi") {
            assert!(own.is_empty(), "{name}: the API's alarms are its own");
            behind_the_api += 1;
        } else {
            assert_eq!(own, [format!("function-errors-{name}")].into());
            watched.extend(own);
        }
    }
    assert!(behind_the_api > 10 && watched.len() > 8);
    assert!(watched.is_subset(&names), "{watched:?}");
    for alarm in alarms.values().filter(|alarm| alarm["MetricName"] == "Errors") {
        let function = own_name(&alarm["Dimensions"][0]["Value"]);
        assert_eq!(own_name(&alarm["AlarmName"]), format!("function-errors-{function}"));
    }
    for (stage, is_gradual) in [("dev", "false"), ("staging", "true"), ("production", "true")] {
        assert_eq!(template["Mappings"]["Releases"][stage]["IsGradual"], is_gradual);
    }
}

#[test]
fn every_queue_has_dead_letters_or_is_one_and_is_watched() {
    let dead = queues_watched("ApproximateNumberOfMessagesVisible");
    let old = queues_watched("ApproximateAgeOfOldestMessage");
    let queues = resources(&main_template(), "AWS::SQS::Queue");
    assert!(!queues.is_empty());
    let (mut all_dead, mut all_live) = (BTreeSet::new(), BTreeSet::new());
    for queue in queues.values() {
        let properties = &queue["Properties"];
        assert_eq!(properties["SqsManagedSseEnabled"], true);
        let name = own_name(&properties["QueueName"]);
        match properties["RedrivePolicy"]["deadLetterTargetArn"]["GetAtt"].as_str() {
            None => assert!(all_dead.insert(name)),
            Some(target) => {
                let target = target.strip_suffix(".Arn").unwrap();
                let target = own_name(&queues[target]["Properties"]["QueueName"]);
                assert_eq!(target, format!("{name}-dead"), "so that it can be put back");
                all_live.insert(name);
            }
        }
    }
    assert_eq!((dead, old), (all_dead, all_live));
}

#[test]
fn every_log_is_kept_for_as_long_as_the_parameter_says() {
    let template = main_template();
    let groups = resources(&template, "AWS::Logs::LogGroup");
    for (name, group) in &groups {
        let retention = &group["Properties"]["RetentionInDays"];
        assert_eq!(retention, &json!({"Ref": "LogRetentionDays"}), "{name}");
    }
    for (name, function) in functions() {
        let group = function["LoggingConfig"]["LogGroup"]["Ref"].as_str().unwrap();
        let path = groups[group]["Properties"]["LogGroupName"]["Sub"].as_str().unwrap();
        assert_eq!(path, format!("/aws/lambda/${{AWS::StackName}}-{name}"));
    }
    let access = &template["Resources"]["Api"]["Properties"]["AccessLogSettings"];
    assert_eq!(access["DestinationArn"], json!({"GetAtt": "ApiLogs.Arn"}));
    assert!(groups.contains_key("ApiLogs"));
    assert_eq!(template["Globals"]["Function"]["Tracing"], "Active");
}

#[test]
fn what_is_stored_is_encrypted_backed_up_and_stays_when_the_stack_goes() {
    let template = main_template();
    let condition = |name: &str| json!({"If": [name, true, false]});
    let table = &template["Resources"]["Table"]["Properties"];
    assert_eq!(table["BillingMode"], "PAY_PER_REQUEST");
    assert_eq!(table["SSESpecification"], json!({"SSEEnabled": true, "SSEType": "KMS"}));
    let ttl = json!({"AttributeName": "ttl", "Enabled": true});
    assert_eq!(table["TimeToLiveSpecification"], ttl);
    let recovery = &table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"];
    assert_eq!(recovery, &condition("KeepsBackups"));
    assert_eq!(table["DeletionProtectionEnabled"], condition("IsProtected"));
    let not_dev = json!({"Not": [{"Equals": [{"Ref": "Stage"}, "dev"]}]});
    assert_eq!(template["Conditions"]["KeepsBackups"], not_dev);
    assert_eq!(template["Conditions"]["IsWatched"], not_dev);
    let production = json!({"Equals": [{"Ref": "Stage"}, "production"]});
    assert_eq!(template["Conditions"]["IsProtected"], production);

    let mut stay = resources(&template, "AWS::DynamoDB::Table");
    for of_type in ["AWS::S3::Bucket", "AWS::SecretsManager::Secret", "AWS::Cognito::UserPool"] {
        stay.extend(resources(&template, of_type));
    }
    assert!(stay.len() >= 7, "{:?}", stay.keys());
    for (name, resource) in stay {
        assert_eq!(resource["DeletionPolicy"], "RetainExceptOnCreate", "{name}");
        assert_eq!(resource["UpdateReplacePolicy"], "Retain", "{name}");
    }
    for pool in resources(&template, "AWS::Cognito::UserPool").values() {
        let protection = json!({"If": ["IsProtected", "ACTIVE", "INACTIVE"]});
        assert_eq!(pool["Properties"]["DeletionProtection"], protection);
    }
    for bucket in resources(&template, "AWS::S3::Bucket").values() {
        let access = bucket["Properties"]["PublicAccessBlockConfiguration"].as_object().unwrap();
        assert!(access.len() == 4 && access.values().all(|blocks| blocks == true));
        assert!(bucket["Properties"]["BucketEncryption"].is_object());
    }
}

#[test]
fn limits_of_the_stage_are_set_on_routes_that_are_there() {
    let template = main_template();
    let mut routes = BTreeSet::new();
    for function in functions().values() {
        for event in function["Events"].as_object().into_iter().flat_map(|events| events.values()) {
            let (method, path) = (&event["Properties"]["Method"], &event["Properties"]["Path"]);
            if event["Type"] == "HttpApi" {
                routes.insert(format!("{} {}", method.as_str().unwrap(), path.as_str().unwrap()));
            }
        }
    }
    let api = &template["Resources"]["Api"]["Properties"];
    let limits = |settings: &Value| {
        let limit = |name: &str| settings[name]["Ref"].as_str().unwrap().to_owned();
        assert_eq!(settings["DetailedMetricsEnabled"], true);
        (limit("ThrottlingRateLimit"), limit("ThrottlingBurstLimit"))
    };
    let usual = ("RequestsPerSecond".to_owned(), "RequestBurst".to_owned());
    assert_eq!(limits(&api["DefaultRouteSettings"]), usual);
    for (route, settings) in api["RouteSettings"].as_object().unwrap() {
        assert!(routes.contains(route), "no route {route}");
        assert_eq!(limits(settings), ("SignInsPerSecond".to_owned(), "SignInBurst".to_owned()));
    }
    let cors = &api["CorsConfiguration"]["If"];
    assert_eq!(
        (&cors[0], &cors[2]),
        (&json!("HasAllowedOrigins"), &json!({"Ref": "AWS::NoValue"}))
    );
    assert_eq!(template["Parameters"]["AllowedOrigins"]["Default"], "");
}

/// What the dashboard and the alarms show of our own has to be measured somewhere.
#[test]
fn own_metrics_are_measured_by_somebody() {
    let template = template("operations.yaml");
    let body = template["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Sub"].as_str();
    let body: Value = serde_json::from_str(body.unwrap()).expect("JSON");
    let mut names = BTreeSet::new();
    let widgets = body["widgets"].as_array().unwrap();
    for metric in widgets.iter().flat_map(|one| one["properties"]["metrics"].as_array().unwrap()) {
        let found = metric[0]["expression"].as_str().unwrap_or_default();
        if let Some((_, rest)) = found.split_once("Attesta/${Stack}") {
            let (_, name) = rest.split_once("MetricName=\"").unwrap();
            names.insert(name.split('"').next().unwrap().to_owned());
        } else if metric[0] == "Attesta/${Stack}" {
            names.insert(metric[1].as_str().unwrap().to_owned());
        }
    }
    let own = json!({"Sub": "Attesta/${Stack}"});
    let alarms = alarms();
    let watched = alarms.values().filter(|alarm| alarm["Namespace"] == own);
    names.extend(watched.map(|alarm| alarm["MetricName"].as_str().unwrap().to_owned()));
    assert!(names.len() > 10, "{names:?}");
    let mut sources = String::new();
    for folder in ["functions", "shared/runtime"] {
        read_sources(&root().join(folder), &mut sources);
    }
    for name in names {
        assert!(sources.contains(&format!("\"{name}\"")), "nobody measures {name}");
    }
}

fn read_sources(folder: &Path, into: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "tests") {
            read_sources(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            into.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}
