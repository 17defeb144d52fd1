//! Prepares uap-core's rules.

use std::{env, error::Error, fs, path::Path};

#[path = "data/uap-core/prepare.rs"]
mod rules;

const RULES: &str = "data/uap-core/regexes.yaml";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=data/uap-core");
    // The compiler writes the addon's types for the build tool of napi-rs. So a build of the addon compiles this crate even
    // if Cargo has already compiled the same sources without it: `scripts/lib/addon.mjs` sets a hash of them.
    println!("cargo::rerun-if-env-changed=AUTH0_USER_SECURITY_SOURCES");
    let rules = rules::prepare(&fs::read_to_string(RULES)?)?;
    let target = Path::new(&env::var("OUT_DIR")?).join("uap-rules.txt");
    fs::write(target, rules)?;
    Ok(())
}
