//! Runs a case a given number of times; without arguments, lists the cases. `scripts/instructions.mjs` counts the
//! instructions of two such runs, whose difference leaves out starting and preparing.

use std::process::ExitCode;

use auth0_user_security_bench::cases;

fn main() -> ExitCode {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let [name, times] = given.as_slice() else {
        cases().for_each(|case| println!("{case}"));
        return ExitCode::SUCCESS;
    };
    let case = cases().find(|case| case.name == name);
    let (Some(case), Ok(times)) = (case, times.parse::<u32>()) else {
        eprintln!("Usage: instructions [<case> <times>]");
        return ExitCode::FAILURE;
    };
    let mut run = (case.prepare)();
    for _ in 0..times {
        run();
    }
    ExitCode::SUCCESS
}
