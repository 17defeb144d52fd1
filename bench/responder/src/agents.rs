//! User agents as browsers send them, all different.

/// As many as fit into the caches of what is compared, so that none of them only ever misses.
pub const COUNT: u64 = 3000;

const KINDS: u64 = 10;
const WEBKIT: &str = "AppleWebKit/537.36 (KHTML, like Gecko)";
const SAFARI: &str = "AppleWebKit/605.1.15 (KHTML, like Gecko)";

pub fn agent(number: u64) -> String {
    let number = number % COUNT;
    let (kind, variant) = (number % KINDS, number / KINDS);
    let product = if kind < 6 {
        desktop(kind, variant)
    } else {
        mobile(kind, variant)
    };
    format!("Mozilla/5.0 ({product}")
}

fn desktop(kind: u64, variant: u64) -> String {
    let (major, minor) = (90 + variant % 50, variant / 50);
    let chrome = chrome(variant);
    let windows = format!("Windows NT 10.0; Win64; x64) {WEBKIT} {chrome} Safari/537.36");
    match kind {
        0 => windows,
        1 => format!("{windows} Edg/{major}.0.{}.{minor}", 1000 + variant),
        2 => format!("Macintosh; Intel Mac OS X 10_15_{minor}) {WEBKIT} {chrome} Safari/537.36"),
        3 => {
            let version = format!("{}.{}.{variant}", 12 + variant % 7, variant / 7 % 10);
            format!("Macintosh; Intel Mac OS X 10_15_7) {SAFARI} Version/{version} Safari/605.1.15")
        }
        4 => {
            let version = format!("{major}.{minor}");
            format!("X11; Ubuntu; Linux x86_64; rv:{version}) Gecko/20100101 Firefox/{version}")
        }
        _ => {
            let opera = format!("OPR/{}.0.{variant}.{minor}", major - 14);
            format!("X11; Linux x86_64) {WEBKIT} {chrome} Safari/537.36 {opera}")
        }
    }
}

fn mobile(kind: u64, variant: u64) -> String {
    let (ios, minor) = (12 + variant % 7, variant / 7 % 10);
    let safari = format!(
        "Version/{ios}.{minor} Mobile/15E{} Safari/604.1",
        100 + variant
    );
    let android = 9 + variant % 6;
    let chrome = format!("{} Mobile Safari/537.36", chrome(variant));
    match kind {
        6 => format!("iPhone; CPU iPhone OS {ios}_{minor} like Mac OS X) {SAFARI} {safari}"),
        7 => format!("iPad; CPU OS {ios}_{minor} like Mac OS X) {SAFARI} {safari}"),
        8 => format!(
            "Linux; Android {android}; Pixel {}) {WEBKIT} {chrome}",
            3 + variant % 6
        ),
        _ => {
            let (model, samsung) = (900 + variant, 14 + variant % 10);
            let browser = format!("SamsungBrowser/{samsung}.0 {chrome}");
            format!("Linux; Android {android}; SM-G{model}B) {WEBKIT} {browser}")
        }
    }
}

fn chrome(variant: u64) -> String {
    let (major, minor) = (90 + variant % 50, 40 + variant / 50);
    format!("Chrome/{major}.0.{}.{minor}", 4000 + variant)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn all_are_different() {
        let agents: HashSet<String> = (0..COUNT).map(agent).collect();
        assert_eq!(agents.len() as u64, COUNT);
    }
}
