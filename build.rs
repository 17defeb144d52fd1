//! Prepares uap-core's rules.

use std::{env, error::Error, fs, path::Path};

#[path = "data/uap-core/prepare.rs"]
mod rules;

const RULES: &str = "data/uap-core/regexes.yaml";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=data/uap-core");
    // Set by the build tool of napi-rs where the types that the compilation leaves behind are missing.
    println!("cargo::rerun-if-env-changed=NAPI_FORCE_BUILD_AUTH0_USER_SECURITY");
    let rules = rules::prepare(&fs::read_to_string(RULES)?)?;
    let target = Path::new(&env::var("OUT_DIR")?).join("uap-rules.txt");
    fs::write(target, rules)?;
    Ok(())
}
