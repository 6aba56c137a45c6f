//! Builds the web files that the binary carries: `web-widget/dist`, made by npm from `web-widget/`.
//!
//! Runs again when a source of them changes. The packages are installed only when the lock file differs from the one
//! they were installed by, so an ordinary rebuild takes a second and needs no network.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;
use std::{env, process};

/// Vite's own floor.
const NODE_AT_LEAST: (u32, u32) = (20, 19);

const SOURCES: [&str; 9] = [
    "package.json",
    "package-lock.json",
    "vite.config.ts",
    "tsconfig.json",
    "index.html",
    "widget.html",
    "console.html",
    "src",
    "public",
];

/// What `frontdesk init` writes is in the binary, too. A changed file is seen by the compiler; a new one only from here.
const STARTER: [&str; 2] = ["intents", "knowledge-base"];

/// What the server finds the hashed names by; when somebody deletes `dist`, it is built again.
const MANIFEST: &str = "dist/.vite/manifest.json";

/// The lock file the installed packages came from, word for word.
const STAMP: &str = "node_modules/.frontdesk-stamp";

#[expect(clippy::print_stderr, reason = "this is how a build script explains itself")]
fn main() {
    if let Err(problem) = run() {
        eprintln!("\nweb-widget: {problem}\n");
        process::exit(1);
    }
}

fn run() -> Result<(), String> {
    let root = env::var("CARGO_MANIFEST_DIR").map_err(|_| "CARGO_MANIFEST_DIR is not set: run this through cargo")?;
    let web = Path::new(&root).join("web-widget");
    watch(&web);
    for folder in STARTER {
        println!("cargo:rerun-if-changed={folder}");
    }
    check_node()?;
    install(&web)?;
    npm(&web, &["run", "build"])?;
    age(&web.join(MANIFEST))
}

fn watch(web: &Path) {
    println!("cargo:rerun-if-changed=build.rs");
    for path in SOURCES.iter().map(|name| web.join(name)).filter(|path| path.exists()) {
        // A path that does not exist counts as changed, every time.
        println!("cargo:rerun-if-changed={}", path.display());
    }
    println!("cargo:rerun-if-changed={}", web.join(MANIFEST).display());
}

fn check_node() -> Result<(), String> {
    let (major, minor) = NODE_AT_LEAST;
    let wanted =
        format!("install Node.js {major}.{minor} or newer together with npm, and make sure both are on the PATH");
    let output = Command::new("node")
        .arg("--version")
        .output()
        .map_err(|error| format!("the web files cannot be built, because `node` does not start ({error}): {wanted}"))?;
    let found = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    match version(&found) {
        Some(version) if version >= NODE_AT_LEAST => Ok(()),
        _ => Err(format!("the web files cannot be built with Node.js {found:?}, which is too old: {wanted}")),
    }
}

fn version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.strip_prefix('v')?.split('.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??))
}

fn install(web: &Path) -> Result<(), String> {
    let lock = read(&web.join("package-lock.json"))?;
    let stamp = web.join(STAMP);
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    npm(web, &["ci", "--no-audit", "--no-fund", "--prefer-offline"])?;
    fs::write(&stamp, lock).map_err(|error| format!("cannot write {}: {error}", stamp.display()))
}

fn npm(web: &Path, args: &[&str]) -> Result<(), String> {
    let command = format!("npm {}", args.join(" "));
    // On Windows npm is a script, which is started only by its full name.
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let output = Command::new(program).args(args).current_dir(web).output().map_err(|error| {
        format!("`{command}` does not start ({error}): npm comes with Node.js; install it and put it on the PATH")
    })?;
    if output.status.success() {
        return Ok(());
    }
    let (said, complained) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    Err(format!("`{command}` failed in {} ({}):\n{said}\n{complained}", web.display(), output.status))
}

/// Makes a written file look old: cargo would take what this script writes for a change, and run it every time.
fn age(path: &Path) -> Result<(), String> {
    let open = || File::options().write(true).open(path);
    open()
        .and_then(|file| file.set_modified(SystemTime::UNIX_EPOCH))
        .map_err(|error| format!("the build made no {}: {error}", path.display()))
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}
