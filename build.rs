//! Prepares the addon's link arguments and turns uap-core's YAML into JSON, so that the library
//! carries no YAML parser.

use std::{env, error::Error, fs, path::Path};

const RULES: &str = "data/uap-core/regexes.yaml";

fn main() -> Result<(), Box<dyn Error>> {
    napi_build::setup();
    println!("cargo::rerun-if-changed={RULES}");
    let rules: serde_json::Value = serde_saphyr::from_str(&fs::read_to_string(RULES)?)?;
    let target = Path::new(&env::var("OUT_DIR")?).join("uap-rules.json");
    fs::write(target, rules.to_string())?;
    Ok(())
}
