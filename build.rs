//! Prepares the addon's link arguments and uap-core's rules.

use std::{env, error::Error, fs, path::Path};

#[path = "data/uap-core/prepare.rs"]
mod rules;

const RULES: &str = "data/uap-core/regexes.yaml";

fn main() -> Result<(), Box<dyn Error>> {
    napi_build::setup();
    println!("cargo::rerun-if-changed=data/uap-core");
    let rules = rules::prepare(&fs::read_to_string(RULES)?)?;
    let target = Path::new(&env::var("OUT_DIR")?).join("uap-rules.txt");
    fs::write(target, rules)?;
    Ok(())
}
