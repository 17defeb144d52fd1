//! Prepares uap-core's rules.

use std::{env, error::Error, fs, path::Path};

#[path = "data/uap-core/prepare.rs"]
mod rules;

const RULES: &str = "data/uap-core/regexes.yaml";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=data/uap-core");
    // While this crate is compiled, it writes the addon's types for the build tool of napi-rs. So every build of the addon
    // must compile it, even if Cargo has compiled the same sources for something else: `scripts/lib/addon.mjs` sets a
    // different value for each.
    println!("cargo::rerun-if-env-changed=AUTH0_USER_SECURITY_BUILD");
    let rules = rules::prepare(&fs::read_to_string(RULES)?)?;
    let target = Path::new(&env::var("OUT_DIR")?).join("uap-rules.txt");
    fs::write(target, rules)?;
    Ok(())
}
