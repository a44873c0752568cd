//! What is deployed: every place that names functions or their routes says the same.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use attesta_dev::template::{self, Function};
use attesta_openapi::{Declared, SURFACES};
use attesta_tests::document::Document;
use attesta_tests::lists;
use attesta_tests::surfaces::surfaces;
use serde_json::Value;

/// The functions with an API, and what each declares.
const DECLARED: [(&str, Declared); 13] = [
    ("auth", attesta_auth::openapi),
    ("users", attesta_users::openapi),
    ("organisations", attesta_organisations::openapi),
    ("business-units", attesta_business_units::openapi),
    ("business-connections", attesta_business_connections::openapi),
    ("system", attesta_system::openapi),
    ("tokens", attesta_tokens::openapi),
    ("providers", attesta_providers::openapi),
    ("provider-admin", attesta_provider_admin::openapi),
    ("provider-instances", attesta_provider_instances::openapi),
    ("intake", attesta_intake::openapi),
    ("sub-tpps", attesta_sub_tpps::openapi),
    ("marketplace", attesta_marketplace::openapi),
];

/// The workspace's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

pub(crate) fn functions() -> Vec<Function> {
    template::functions(&root()).unwrap()
}

/// The route that the gateway takes, which is the most specific one, and its function's binary.
pub(crate) fn route<'a>(functions: &'a [Function], path: &str) -> Option<(&'a str, &'a str)> {
    let matches = |route: &str| match route.strip_suffix("/{proxy+}") {
        Some(prefix) => path.strip_prefix(prefix).is_some_and(|rest| {
            rest.strip_prefix('/').is_some_and(|proxy| !proxy.trim_start_matches('/').is_empty())
        }),
        None => path == route,
    };
    let routes = functions.iter().flat_map(|function| {
        function.paths.iter().map(|path| (path.as_str(), function.binary.as_str()))
    });
    let routes = routes.filter(|(route, _)| matches(route));
    // A path itself goes before what is greedy, and the longer prefix before the shorter.
    routes.max_by_key(|(route, _)| (!route.ends_with('}'), route.len()))
}

/// The operations of each function that has some.
fn operations() -> BTreeMap<&'static str, BTreeMap<String, String>> {
    let of = |declared: Declared| {
        let document = Document::declared(declared());
        let operations = document.operations().into_iter();
        operations.map(|(key, operation)| (key, operation.path.to_owned())).collect()
    };
    DECLARED.into_iter().map(|(name, declared)| (name, of(declared))).collect()
}

#[test]
fn every_function_of_the_workspace_is_deployed() {
    let folders = fs::read_dir(root().join("functions")).unwrap();
    let folders = folders.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(template::binaries(&root()).unwrap(), folders.collect::<BTreeSet<_>>());
    for binary in template::binaries(&root()).unwrap() {
        let manifest = root().join("functions").join(&binary).join("Cargo.toml");
        let manifest = fs::read_to_string(manifest).unwrap();
        assert!(manifest.contains(&format!("name = \"attesta-{binary}\"")), "{binary}");
        assert!(manifest.contains(&format!("name = \"{binary}\"")), "{binary}");
    }
}

#[test]
fn each_operation_reaches_the_function_that_serves_it_and_no_other() {
    let (functions, operations) = (functions(), operations());
    assert_eq!(SURFACES.iter().map(|(_, of)| of.len()).sum::<usize>(), DECLARED.len());
    let mut served = BTreeMap::<_, Vec<_>>::new();
    let mut used = BTreeSet::new();
    for (name, operations) in &operations {
        for (key, path) in operations {
            let route = route(&functions, path);
            assert_eq!(route.map(|(_, binary)| binary), Some(*name), "{key}");
            used.extend(route.and_then(|(route, _)| route.split("/{proxy+}").next()));
            served.entry(key).or_default().push(name);
        }
    }
    for (key, functions) in &served {
        assert_eq!(functions.len(), 1, "{key}: {functions:?}");
    }
    for surface in surfaces() {
        for key in surface.contract.operations().keys() {
            assert!(served.contains_key(key), "{}: no function serves {key}", surface.file);
        }
    }
    // Each route and its bare path are there for something; letter case is one function's own.
    for path in functions.iter().flat_map(|function| &function.paths) {
        let prefix = path.split("/{proxy+}").next().unwrap().to_lowercase();
        assert!(used.contains(prefix.as_str()), "nothing is behind {path}");
    }
}

#[test]
fn the_most_specific_route_wins() {
    let function = |binary: &str, paths: &[&str]| Function {
        id: binary.to_owned(),
        name: binary.to_owned(),
        binary: binary.to_owned(),
        paths: paths.iter().map(|path| (*path).to_owned()).collect(),
        queues: BTreeSet::new(),
        variables: BTreeSet::new(),
    };
    let functions = [
        function("all", &["/a", "/a/{proxy+}"]),
        function("some", &["/a/b", "/a/b/{proxy+}"]),
        function("one", &["/a/b/c"]),
    ];
    let reached = |path: &str| route(&functions, path).map(|(_, binary)| binary);
    assert_eq!(reached("/a"), Some("all"));
    assert_eq!(reached("/a/bc"), Some("all"));
    assert_eq!(reached("/a/b"), Some("some"));
    assert_eq!(reached("/a/b/d"), Some("some"));
    assert_eq!(reached("/a/b/c"), Some("one"));
    assert_eq!((reached("/a/"), reached("/")), (None, None));
}

#[test]
fn cargo_lambda_follows_the_template() {
    let packages = template::binaries(&root()).unwrap().into_iter();
    let packages = packages.map(|binary| format!("    \"attesta-{binary}\",\n"));
    let functions = functions();
    let routes = functions.iter().flat_map(|function| {
        let paths = function.paths.iter().map(|path| path.replace("{proxy+}", "{*proxy}"));
        paths.map(|path| format!("\"{path}\" = \"{}\"\n", function.binary))
    });
    let expected = format!(
        "# What cargo-lambda builds, and where `cargo lambda watch` sends requests. It follows from\n\
         # infra/template.yaml: UPDATE_TABLES=1 cargo nextest run -E 'test(deploying)' rewrites it.\n\n\
         [build]\nlambda_dir = \"target/lambda\"\npackages = [\n{}]\n\n[watch.router]\n{}",
        packages.collect::<String>(),
        routes.collect::<BTreeSet<_>>().into_iter().collect::<String>(),
    );
    lists::assert_listed("../../CargoLambda.toml", &expected);
}

/// With a cargo-lambda that writes down what it is asked, and into each binary its name.
#[test]
fn sam_build_asks_cargo_once_and_gives_each_function_its_binary() {
    if Command::new("make").arg("--version").output().is_err() {
        println!("make is not on this machine: the Makefile is not tried");
        return;
    }
    let place = std::env::temp_dir().join(format!("attesta-sam-build-{}", std::process::id()));
    let _ = fs::remove_dir_all(&place);
    fs::create_dir_all(&place).unwrap();
    let (calls, built) = (place.join("calls"), place.join("built"));
    let binaries = template::binaries(&root()).unwrap();
    let names = binaries.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
    let stub = place.join("cargo-lambda");
    let script = format!(
        "echo \"$@\" >> {calls}\nfor name in {names}; do\n\
         mkdir -p {built}/$name && echo $name > {built}/$name/bootstrap\ndone\n",
        calls = calls.display(),
        built = built.display(),
    );
    fs::write(&stub, script).unwrap();
    for function in functions() {
        let artifacts = place.join(&function.id);
        fs::create_dir(&artifacts).unwrap();
        let mut make = Command::new("make");
        make.current_dir(root()).env("ARTIFACTS_DIR", &artifacts).arg("--silent");
        make.arg(format!("CARGO_LAMBDA=sh {}", stub.display())).arg("ARCHITECTURE=x86_64");
        make.arg(format!("BUILT={}", built.display())).arg(format!("build-{}", function.id));
        let output = make.output().expect("make can be started");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let copied = fs::read_to_string(artifacts.join("bootstrap")).unwrap();
        assert_eq!(copied.trim(), function.binary);
    }
    let asked = fs::read_to_string(&calls).unwrap();
    let built =
        format!("build --locked --x86-64 --profile release --lambda-dir {}\n", built.display());
    assert_eq!(asked, built, "once, for all");
    fs::remove_dir_all(&place).unwrap();
}

/// Each function is built by the Makefile at the root, where its code is.
#[test]
fn sam_finds_the_makefile() {
    let template = fs::read_to_string(root().join("infra/template.yaml")).unwrap();
    let metadata =
        "    Metadata: { BuildMethod: makefile, ContextPath: .., WorkingDirectory: .. }\n";
    assert_eq!(template.matches(metadata).count(), functions().len());
}

#[test]
fn sam_local_finds_every_variable_set() {
    let text = fs::read_to_string(root().join("events/env.json")).unwrap();
    let found: Value = serde_json::from_str(&text).unwrap();
    let found = found["Parameters"].as_object().unwrap();
    let wanted = functions().into_iter().flat_map(|function| function.variables);
    assert_eq!(found.keys().cloned().collect::<BTreeSet<_>>(), wanted.collect::<BTreeSet<_>>());
    assert!(found.values().all(Value::is_string), "SAM takes texts alone");
}
