//! Device, browser and operating system from a user agent, by the rules of uap-core.

mod common;
mod rules;
mod subject;

pub use common::prepare;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use self::rules::{Finding, List, Rules};

/// Longer user agents are truncated: no rule looks further, and their length is the sender's choice.
const MAX_USER_AGENT_CHARS: usize = 1024;
const MAX_CACHED: usize = 4096;
const UNKNOWN: &str = "Unknown";

/// What a session shows about its client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    pub device: Arc<str>,
    pub browser: Arc<str>,
    pub os: Arc<str>,
}

impl Agent {
    fn unknown() -> Self {
        let unknown: Arc<str> = UNKNOWN.into();
        Self {
            device: unknown.clone(),
            browser: unknown.clone(),
            os: unknown,
        }
    }
}

/// Parses user agents and remembers the results, for the whole process.
#[derive(Default)]
struct Parser {
    /// `None` if the embedded rules do not compile, which a test rules out.
    rules: OnceLock<Option<Rules>>,
    cache: Mutex<HashMap<String, Arc<Agent>>>,
}

static PARSER: OnceLock<Parser> = OnceLock::new();

/// Parses a user agent. The first call reads the rules and compiles about twenty of them, which takes ten
/// milliseconds; each new kind of user agent compiles a few more.
pub fn parse(user_agent: Option<&str>) -> Arc<Agent> {
    if let Some(agent) = known(user_agent) {
        return agent;
    }
    let text = cut(user_agent.unwrap_or_default());
    let parser = parser();
    let rules = parser.rules.get_or_init(Rules::embedded).as_ref();
    let agent = Arc::new(rules.map_or_else(Agent::unknown, |rules| extract(rules, text)));
    let mut cache = parser.cache();
    if cache.len() >= MAX_CACHED {
        // Clearing the cache bounds memory; ordinary traffic never has this many user agents.
        cache.clear();
    }
    cache.insert(text.to_owned(), agent.clone());
    agent
}

/// The result for a user agent, if that is known without parsing.
pub fn known(user_agent: Option<&str>) -> Option<Arc<Agent>> {
    match user_agent.filter(|text| !text.is_empty()) {
        Some(text) => parser().cache().get(cut(text)).cloned(),
        None => Some(Arc::new(Agent::unknown())),
    }
}

fn parser() -> &'static Parser {
    PARSER.get_or_init(Parser::default)
}

impl Parser {
    fn cache(&self) -> MutexGuard<'_, HashMap<String, Arc<Agent>>> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn cut(text: &str) -> &str {
    if text.len() <= MAX_USER_AGENT_CHARS {
        return text;
    }
    match text.char_indices().nth(MAX_USER_AGENT_CHARS) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

fn extract(rules: &Rules, text: &str) -> Agent {
    let rules = rules.of(text);
    let shown = |list| {
        rules
            .find(list)
            .map_or_else(|| UNKNOWN.to_owned(), with_version)
    };
    let os = shown(List::Systems);
    let is_bot = rules.finds(List::Devices, "Spider");
    Agent {
        device: device_class(text, &os, is_bot).into(),
        browser: shown(List::Browsers).into(),
        os: os.into(),
    }
}

/// Family and version: "Chrome 120.0.0", "Windows 10".
fn with_version(Finding { name, version }: Finding) -> String {
    let mut shown = name;
    if !version.is_empty() {
        shown.push(' ');
        shown.push_str(&version);
    }
    // Some rules copy arbitrary text, and names are printed on terminals.
    shown.replace(char::is_control, " ")
}

const TV_SYSTEMS: &[&str] = &[
    "tvOS",
    "Roku",
    "Chromecast",
    "webOS TV",
    "Tizen TV",
    "FireOS TV",
];
const TV_MARKS: &[&str] = &[
    "SmartTV",
    "SMART-TV",
    "Smart TV",
    "AppleTV",
    "Android TV",
    "GoogleTV",
    "BRAVIA",
];
const TABLET_MARKS: &[&str] = &["iPad", "Tablet", "PlayBook", "Silk/", "Kindle"];
const PHONE_MARKS: &[&str] = &["Mobi", "iPhone", "iPod"];
const PHONE_SYSTEMS: &[&str] = &["Android", "iOS", "Windows Phone"];
const DESKTOP_SYSTEMS: &[&str] = &[
    "Windows",
    "Mac OS X",
    "Linux",
    "Ubuntu",
    "Debian",
    "Fedora",
    "Chrome OS",
    "FreeBSD",
    "OpenBSD",
    "NetBSD",
    "Solaris",
];

/// The kind of device. uap-core names models, not kinds; the marks are those that browsers put into their user agents.
fn device_class(text: &str, os: &str, is_bot: bool) -> &'static str {
    let has = |marks: &[&str]| marks.iter().any(|mark| text.contains(mark));
    let runs = |systems: &[&str]| systems.iter().any(|system| os.starts_with(system));
    if is_bot {
        "Bot"
    } else if runs(TV_SYSTEMS) || has(TV_MARKS) {
        "TV"
    } else if has(TABLET_MARKS) || (os.starts_with("Android") && !has(&["Mobile", "Mobi"])) {
        "Tablet"
    } else if has(PHONE_MARKS) || runs(PHONE_SYSTEMS) {
        "Mobile"
    } else if runs(DESKTOP_SYSTEMS) {
        "Desktop"
    } else {
        UNKNOWN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(user_agent: &str) -> (String, String, String) {
        let agent = parse(Some(user_agent));
        let [device, browser, os] =
            [&agent.device, &agent.browser, &agent.os].map(ToString::to_string);
        (device, browser, os)
    }

    /// User agent, device, browser, operating system.
    const COMMON: &[(&str, &str, &str, &str)] = &[
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
             Chrome/120.0.0.0 Safari/537.36",
            "Desktop",
            "Chrome 120.0.0",
            "Windows 10",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1_2 like Mac OS X) AppleWebKit/605.1.15 \
             (KHTML, like Gecko) Version/17.1.2 Mobile/15E148 Safari/604.1",
            "Mobile",
            "Mobile Safari 17.1.2",
            "iOS 17.1.2",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0",
            "Desktop",
            "Firefox 121.0",
            "Linux",
        ),
        (
            "Mozilla/5.0 (Linux; Android 13; SM-X700) AppleWebKit/537.36 (KHTML, like Gecko) \
             Chrome/119.0.0.0 Safari/537.36",
            "Tablet",
            "Chrome 119.0.0",
            "Android 13",
        ),
        (
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "Bot",
            "Googlebot 2.1",
            "Other",
        ),
        (
            "Mozilla/5.0 (SMART-TV; Linux; Tizen 6.0) AppleWebKit/538.1 (KHTML, like Gecko) \
             Version/6.0 TV Safari/538.1",
            "TV",
            "Samsung TV",
            "Tizen 6.0",
        ),
    ];

    #[test]
    fn the_common_browsers_read_as_documented() {
        for &(user_agent, device, browser, os) in COMMON {
            let (found_device, found_browser, found_os) = parts(user_agent);
            assert_eq!(found_device, device, "{user_agent}");
            if device != "Bot" && device != "TV" {
                assert_eq!((found_browser.as_str(), found_os.as_str()), (browser, os));
            }
        }
    }

    #[test]
    fn a_user_agent_may_contain_any_characters() {
        let (_, browser, system) = parts(
            "Mozilla/5.0 (Linux; Android 13; Gerät\u{a0}漢字 7 Build/X) AppleWebKit/537.36 (KHTML, like Gecko) \
             Chrome/119.0.0.0 Mobile Safari/537.36",
        );
        assert_eq!(
            (browser.as_str(), system.as_str()),
            ("Chrome Mobile 119.0.0", "Android 13")
        );
        let (_, named, _) = parts("Überraschung漢/7 CFNetwork/1474 Darwin/23.0.0");
        assert_eq!(named, "Überraschung漢 7");
    }

    #[test]
    fn control_characters_of_a_user_agent_are_not_shown() {
        let (_, browser, _) = parts("My\u{1b}App/3 CFNetwork/1474 Darwin/23.0.0");
        assert_eq!(browser, "My App 3");
    }

    #[test]
    fn no_user_agent_is_unknown_and_no_length_is_too_much() {
        assert_eq!(*parse(None), Agent::unknown());
        assert_eq!(*parse(Some("")), Agent::unknown());
        let long = "é".repeat(5_000_000);
        assert_eq!(&*parse(Some(&long)).browser, UNKNOWN);
    }
}
