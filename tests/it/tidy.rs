//! The house is in order: floors, module docs, file sizes, no stray file.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The floors, the same as in `lib.rs` and DESIGN.
const FLOORS: [(u8, &[&str]); 10] = [
    (9, &["cli"]),
    (8, &["app"]),
    (7, &["config"]),
    (6, &["gateway", "console", "assets"]),
    (5, &["http", "socket", "wire"]),
    (4, &["desk"]),
    (3, &["content", "handoff", "reports"]),
    (2, &["dialogue", "retrieval", "llm", "shop", "store", "bus"]),
    (1, &["nlu", "knowledge", "outbound"]),
    (0, &["domain", "telemetry"]),
];

/// Imports that the table does not allow and that stand in `lib.rs` with their reason; tests may look where they like.
const BESIDE: [(&str, &str); 1] = [("socket", "http")];

/// A file longer than this is two files, or a flat list.
const LINES: usize = 500;

/// Flat lists: one type a frame.
const FLAT: [&str; 2] = ["src/gateway/protocol.rs", "src/console/protocol.rs"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn floors() -> BTreeMap<&'static str, u8> {
    FLOORS.iter().flat_map(|(floor, modules)| modules.iter().map(|module| (*module, *floor))).collect()
}

// The part of a file that is not its tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("a source file");
    let end = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    text[..end].to_owned()
}

// The modules of the crate that a text names: `crate::x` and `crate::{x, y::z}`.
fn named(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(list) = rest.strip_prefix('{') {
            let list = list.split("};").next().unwrap_or(list);
            found.extend(list.split(',').map(first_word));
        } else {
            found.push(first_word(rest));
        }
    }
    found
}

fn first_word(text: &str) -> String {
    text.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

#[test]
fn modules_import_lower_floors_only() {
    let (floors, source) = (floors(), root().join("src"));
    let mut wrong = Vec::new();
    for path in sources(&source) {
        let place = path.strip_prefix(&source).expect("under src");
        let module = place.components().next().expect("a name").as_os_str().to_string_lossy().replace(".rs", "");
        if ["lib", "main"].contains(&module.as_str()) || place.ends_with("tests.rs") || place.ends_with("trial.rs") {
            continue;
        }
        let Some(own) = floors.get(module.as_str()) else {
            wrong.push(format!("{module} has no floor"));
            continue;
        };
        for other in named(&code(&path)) {
            let allowed = other == module
                || BESIDE.contains(&(module.as_str(), other.as_str()))
                || floors.get(other.as_str()).is_none_or(|floor| floor < own);
            if !allowed {
                wrong.push(format!("{} imports {other}, which is not below it", place.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_has_a_floor_and_a_sentence() {
    let library = fs::read_to_string(root().join("src/lib.rs")).expect("lib.rs");
    let declared: Vec<String> =
        library.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).map(String::from).collect();
    let floors = floors();
    assert_eq!(declared.len(), floors.len());
    for module in declared {
        assert!(floors.contains_key(module.as_str()), "{module} has no floor");
        assert!(library.contains(&format!("[`{module}`]")), "{module} is not in the map of lib.rs");
    }
    for path in sources(&root().join("src")) {
        let text = fs::read_to_string(&path).expect("a source file");
        let is_test = path.ends_with("tests.rs") || path.to_string_lossy().contains("tests");
        assert!(is_test || text.starts_with("//!"), "{} does not say what it is for", path.display());
    }
}

#[test]
fn files_are_short() {
    let mut long = Vec::new();
    for folder in ["src", "tests"] {
        for path in sources(&root().join(folder)) {
            let place = path.strip_prefix(root()).expect("under the root").to_string_lossy().into_owned();
            let lines = fs::read_to_string(&path).expect("a source file").lines().count();
            if lines > LINES && !FLAT.contains(&place.as_str()) {
                long.push(format!("{place} has {lines} lines"));
            }
        }
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn nothing_lies_about() {
    let known = [
        ".ci",
        ".git",
        ".gitignore",
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE",
        "README.md",
        "benches",
        "build.rs",
        "clippy.toml",
        "data",
        "deny.toml",
        "docs",
        "intents",
        "knowledge-base",
        "models",
        "rustfmt.toml",
        "src",
        "target",
        "tests",
        "web-widget",
    ];
    for entry in fs::read_dir(root()).expect("the root").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        assert!(known.contains(&name.as_str()), "{name} does not belong at the top level");
    }
}
