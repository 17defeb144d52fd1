//! Prepares the addon's link arguments and uap-core's rules.

use std::{env, error::Error, fs, path::Path};

#[path = "build/user_agent_rules.rs"]
mod user_agent_rules;

const RULES: &str = "data/uap-core/regexes.yaml";

fn main() -> Result<(), Box<dyn Error>> {
    napi_build::setup();
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed={RULES}");
    let rules = user_agent_rules::prepare(&fs::read_to_string(RULES)?)?;
    let target = Path::new(&env::var("OUT_DIR")?).join("uap-rules.txt");
    fs::write(target, rules)?;
    Ok(())
}
