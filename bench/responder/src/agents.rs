//! User agents as browsers send them, all different.

/// As many as fit into the caches of what is compared, so that none of them only ever misses.
pub const COUNT: u64 = 3000;

const KINDS: u64 = 10;

pub fn agent(number: u64) -> String {
    let number = number % COUNT;
    let (kind, variant) = (number % KINDS, number / KINDS);
    let (major, minor) = (90 + variant % 50, variant / 50);
    let webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";
    let apple = "AppleWebKit/605.1.15 (KHTML, like Gecko)";
    let chrome = format!("Chrome/{major}.0.{}.{}", 4000 + variant, 40 + minor);
    let windows = format!("Windows NT 10.0; Win64; x64) {webkit} {chrome}");
    let (ios, ios_minor) = (12 + variant % 7, variant / 7 % 10);
    let build = format!("Mobile/15E{}", 100 + variant);
    let product = match kind {
        0 => format!("{windows} Safari/537.36"),
        1 => format!(
            "{windows} Safari/537.36 Edg/{major}.0.{}.{minor}",
            1000 + variant
        ),
        2 => format!("Macintosh; Intel Mac OS X 10_15_{minor}) {webkit} {chrome} Safari/537.36"),
        3 => format!(
            "Macintosh; Intel Mac OS X 10_15_7) {apple} Version/{ios}.{ios_minor}.{variant} Safari/605.1.15"
        ),
        4 => format!(
            "iPhone; CPU iPhone OS {ios}_{ios_minor}_{minor} like Mac OS X) {apple} Version/{ios}.{ios_minor} {build} Safari/604.1"
        ),
        5 => format!(
            "iPad; CPU OS {ios}_{ios_minor} like Mac OS X) {apple} Version/{ios}.{ios_minor} {build} Safari/604.1"
        ),
        6 => format!(
            "Linux; Android {}; Pixel {}) {webkit} {chrome} Mobile Safari/537.36",
            9 + variant % 6,
            3 + variant % 6,
        ),
        7 => format!(
            "Linux; Android {}; SM-G{}B) {webkit} SamsungBrowser/{}.0 {chrome} Mobile Safari/537.36",
            9 + variant % 6,
            900 + variant,
            14 + variant % 10,
        ),
        8 => format!(
            "X11; Ubuntu; Linux x86_64; rv:{major}.{minor}) Gecko/20100101 Firefox/{major}.{minor}"
        ),
        _ => format!(
            "X11; Linux x86_64) {webkit} {chrome} Safari/537.36 OPR/{}.0.{variant}.{minor}",
            major - 14
        ),
    };
    format!("Mozilla/5.0 ({product}")
}
