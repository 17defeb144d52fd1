//! uap-core's rules. The first rule of a list that matches a user agent determines the result.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use regex::bytes::{Captures, Regex, RegexBuilder};

use super::subject::Subject;

/// The rules of uap-core (data/uap-core, Apache-2.0), prepared at build time.
const RULES: &str = include_str!(concat!(env!("OUT_DIR"), "/uap-rules.txt"));

/// The number of bytes of a user agent that the rules of one list look at.
const MAX_EFFORT: usize = 32 * 1024;
/// The number of rules that are tried on a user agent of any length.
const MIN_TRIED: usize = 32;

pub struct Rules {
    pub browsers: List,
    pub systems: List,
    pub devices: List,
}

impl Rules {
    /// Cheap: a pattern is compiled when it is needed.
    pub fn embedded() -> Option<Self> {
        let mut lists = RULES.split("\n\n").map(List::read);
        Some(Self {
            browsers: lists.next()??,
            systems: lists.next()??,
            devices: lists.next()??,
        })
    }
}

/// The result of a rule: a name, and up to three parts of a version.
#[derive(Debug, PartialEq, Eq)]
pub struct Finding {
    pub name: String,
    pub version: Vec<String>,
}

pub struct List {
    rules: Vec<Rule>,
    finder: AhoCorasick,
    /// The rule of each word that the finder knows.
    owners: Vec<usize>,
}

struct Rule {
    pattern: &'static str,
    replacements: [&'static str; 4],
    /// Without words, any user agent may match.
    has_words: bool,
    regex: OnceLock<Option<Regex>>,
}

impl List {
    /// Parses the lines that the build has prepared.
    fn read(lines: &'static str) -> Option<Self> {
        let (mut rules, mut words, mut owners) = (Vec::new(), Vec::new(), Vec::new());
        for line in lines.lines() {
            let mut fields = line.split('\t');
            let pattern = fields.next()?;
            let replacements = [
                fields.next()?,
                fields.next()?,
                fields.next()?,
                fields.next()?,
            ];
            let known = words.len();
            words.extend(fields);
            owners.resize(words.len(), rules.len());
            rules.push(Rule {
                pattern,
                replacements,
                has_words: words.len() > known,
                regex: OnceLock::new(),
            });
        }
        let finder = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(words);
        Some(Self {
            rules,
            finder: finder.ok()?,
            owners,
        })
    }

    /// The result of the first rule that matches.
    pub fn find(&self, text: &str) -> Option<Finding> {
        self.find_among(&self.with_words_of(text), text)
    }

    /// Whether the first rule that matches returns this very name. Few rules return it, and most user agents
    /// match none of them, so no other has to be tried.
    pub fn finds(&self, name: &str, text: &str) -> bool {
        let subject = Subject::of(text);
        let may_match = self.with_words_of(text);
        let candidates = || self.candidates(&may_match);
        let named = candidates()
            .filter(|(_, rule)| rule.replacements[0] == name)
            .take(max_tried(text))
            .find(|(_, rule)| rule.matches(&subject));
        named.is_some_and(|(named, _)| {
            !candidates()
                .take_while(|(index, _)| *index < named)
                .take(max_tried(text))
                .any(|(_, rule)| rule.matches(&subject))
        })
    }

    fn find_among(&self, may_match: &[bool], text: &str) -> Option<Finding> {
        let subject = Subject::of(text);
        self.candidates(may_match)
            .take(max_tried(text))
            .find_map(|(_, rule)| rule.apply(&subject))
    }

    fn candidates<'a>(&'a self, may_match: &'a [bool]) -> impl Iterator<Item = (usize, &'a Rule)> {
        let rules = self.rules.iter().enumerate().zip(may_match);
        rules.filter_map(|(rule, may_match)| may_match.then_some(rule))
    }

    /// For each rule, whether the user agent contains one of its words.
    fn with_words_of(&self, text: &str) -> Vec<bool> {
        let mut may_match: Vec<bool> = self.rules.iter().map(|rule| !rule.has_words).collect();
        for found in self.finder.find_overlapping_iter(text) {
            may_match[self.owners[found.pattern().as_usize()]] = true;
        }
        may_match
    }
}

/// Trying a rule takes time in proportion to the length of the user agent, and a user agent can be crafted from the
/// words of many rules. Real user agents need a quarter of this.
fn max_tried(text: &str) -> usize {
    (MAX_EFFORT / text.len().max(1)).max(MIN_TRIED)
}

impl Rule {
    fn regex(&self) -> Option<&Regex> {
        let compile = || RegexBuilder::new(self.pattern).unicode(false).build().ok();
        self.regex.get_or_init(compile).as_ref()
    }

    fn matches(&self, subject: &Subject) -> bool {
        self.regex()
            .is_some_and(|regex| regex.is_match(subject.bytes()))
    }

    fn apply(&self, subject: &Subject) -> Option<Finding> {
        let captures = self.regex()?.captures(subject.bytes())?;
        let groups = Groups { subject, captures };
        let [name, version @ ..] = self.replacements;
        let parts = (2..)
            .zip(version)
            .map(|(group, part)| groups.resolve(part, group));
        Some(Finding {
            name: groups.resolve(name, 1),
            version: parts.take_while(|part| !part.is_empty()).collect(),
        })
    }
}

/// What the groups of a rule have matched.
struct Groups<'a> {
    subject: &'a Subject<'a>,
    captures: Captures<'a>,
}

impl Groups<'_> {
    fn text(&self, group: usize) -> &str {
        let found = self.captures.get(group);
        found.map_or("", |found| self.subject.text(found.range()))
    }

    /// The replacement with its `$1` to `$9` filled in, or else the group.
    fn resolve(&self, replacement: &str, group: usize) -> String {
        if replacement.is_empty() {
            return self.text(group).to_owned();
        }
        let mut parts = replacement.split('$');
        let mut filled = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            match part.chars().next().and_then(|first| first.to_digit(10)) {
                Some(group) => filled.extend([self.text(group as usize), &part[1..]]),
                None => filled.extend(["$", part]),
            }
        }
        filled.trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lists() -> [List; 3] {
        let rules = Rules::embedded().unwrap();
        [rules.browsers, rules.systems, rules.devices]
    }

    #[test]
    fn every_rule_compiles() {
        for rule in lists().iter().flat_map(|list| &list.rules) {
            assert!(rule.regex().is_some(), "{}", rule.pattern);
        }
    }

    /// Each rule that is tried must be compiled, which takes a tenth of a millisecond or more.
    #[test]
    fn an_ordinary_user_agent_leaves_few_rules_to_try() {
        let text = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                    Chrome/120.0.0.0 Safari/537.36";
        let tried = lists().map(|list| {
            let may_match = list.with_words_of(text);
            may_match.into_iter().filter(|may_match| *may_match).count()
        });
        assert!(tried.iter().all(|count| *count < 100), "{tried:?}");
    }

    /// Skipping rules whose words are missing is faster, and must not change the result.
    #[test]
    fn no_rule_matches_without_one_of_its_words() {
        let lists = lists();
        let mut found = 0;
        for file in std::fs::read_dir("fuzz/seeds/user_agent").unwrap() {
            let content = std::fs::read(file.unwrap().path()).unwrap();
            let text = String::from_utf8_lossy(&content);
            let subject = Subject::of(&text);
            for list in &lists {
                let among_all = list.rules.iter().find_map(|rule| rule.apply(&subject));
                assert_eq!(list.find(&text), among_all, "{text}");
                let is_spider = among_all
                    .as_ref()
                    .is_some_and(|found| found.name == "Spider");
                assert_eq!(list.finds("Spider", &text), is_spider, "{text}");
                found += usize::from(among_all.is_some());
            }
        }
        assert!(found > 20, "{found}");
    }

    /// A user agent can be crafted from the words of many rules; trying all of them would take milliseconds.
    #[test]
    fn a_long_user_agent_of_many_words_leaves_most_rules_untried() {
        let words = RULES.lines().flat_map(|line| line.split('\t').skip(5));
        let words: Vec<&str> = words.step_by(7).collect();
        let text = &words.join(" ")[..1024];
        for list in lists() {
            let may_match = list.with_words_of(text);
            let tried = list.candidates(&may_match).take(max_tried(text)).count();
            assert!(tried <= MIN_TRIED, "{tried}");
        }
        assert!(max_tried(&text[..120]) > 250);
    }
}
