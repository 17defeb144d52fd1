//! The time that each case takes: `npm run bench:core`.

use auth0_user_security_bench::{Case, cases};
use divan::Bencher;

fn main() {
    divan::main();
}

#[divan::bench(args = cases())]
fn core(bencher: Bencher, case: &Case) {
    bencher.bench_local((case.prepare)());
}
