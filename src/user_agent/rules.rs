//! uap-core's rules. The first rule of a list that matches a user agent determines the result.

use std::borrow::Cow;
use std::ops::Range;
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

/// What a list of rules is about, in the order of the embedded lists.
#[derive(Debug, Clone, Copy)]
pub enum List {
    Browsers,
    Systems,
    Devices,
}

pub struct Rules {
    all: Vec<Rule>,
    /// The rules of each list.
    lists: [Range<usize>; 3],
    finder: AhoCorasick,
    /// The rule of each word that the finder knows.
    owners: Vec<usize>,
}

/// The result of a rule: a name, and a version of up to three parts, which may be empty.
#[derive(Debug, PartialEq, Eq)]
pub struct Finding {
    pub name: String,
    pub version: String,
}

struct Rule {
    pattern: &'static str,
    replacements: [&'static str; 4],
    /// Without words, any user agent may match.
    has_words: bool,
    regex: OnceLock<Option<Regex>>,
}

impl Rules {
    /// Parses the lines that the build has prepared. Cheap: a pattern is compiled when it is needed.
    pub fn embedded() -> Option<Self> {
        let (mut rules, mut words, mut owners) = (Vec::new(), Vec::new(), Vec::new());
        let mut lists = RULES.split("\n\n").map(|lines| {
            let first = rules.len();
            for line in lines.lines() {
                let (rule, its_words) = Rule::read(line)?;
                owners.resize(owners.len() + its_words.len(), rules.len());
                words.extend(its_words);
                rules.push(rule);
            }
            Some(first..rules.len())
        });
        let lists = [lists.next()??, lists.next()??, lists.next()??];
        let finder = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(words);
        Some(Self {
            all: rules,
            lists,
            finder: finder.ok()?,
            owners,
        })
    }

    /// The rules that a user agent may match: those of which it contains a word, and those without words.
    pub fn of<'a>(&'a self, text: &'a str) -> Candidates<'a> {
        let mut may_match: Vec<bool> = self.all.iter().map(|rule| !rule.has_words).collect();
        // Words are in lower case: a finder that ignores case takes twice as long to build.
        let lower = text.to_ascii_lowercase();
        for found in self.finder.find_overlapping_iter(&lower) {
            may_match[self.owners[found.pattern().as_usize()]] = true;
        }
        Candidates {
            rules: self,
            may_match,
            subject: Subject::of(text),
            max_tried: max_tried(text),
        }
    }
}

/// The rules that a user agent may match.
pub struct Candidates<'a> {
    rules: &'a Rules,
    may_match: Vec<bool>,
    subject: Subject<'a>,
    max_tried: usize,
}

impl<'a> Candidates<'a> {
    /// The result of the first rule that matches.
    pub fn find(&self, list: List) -> Option<Finding> {
        self.in_list(list)
            .take(self.max_tried)
            .find_map(|(_, rule)| rule.apply(&self.subject))
    }

    /// Whether the first rule that matches returns this very name. Few rules return it, and most user agents
    /// match none of them, so no other has to be tried.
    pub fn finds(&self, list: List, name: &str) -> bool {
        let named = self
            .in_list(list)
            .filter(|(_, rule)| rule.replacements[0] == name)
            .take(self.max_tried)
            .find(|(_, rule)| rule.matches(&self.subject));
        named.is_some_and(|(named, _)| {
            !self
                .in_list(list)
                .take_while(|(index, _)| *index < named)
                .take(self.max_tried)
                .any(|(_, rule)| rule.matches(&self.subject))
        })
    }

    fn in_list(&self, list: List) -> impl Iterator<Item = (usize, &'a Rule)> {
        let range = self.rules.lists[list as usize].clone();
        range
            .filter(|index| self.may_match[*index])
            .map(|index| (index, &self.rules.all[index]))
    }
}

/// Trying a rule takes time in proportion to the length of the user agent, and a user agent can be crafted from the
/// words of many rules. Real user agents need a quarter of this.
fn max_tried(text: &str) -> usize {
    (MAX_EFFORT / text.len().max(1)).max(MIN_TRIED)
}

impl Rule {
    /// The rule in a line, and its words.
    fn read(line: &'static str) -> Option<(Self, Vec<&'static str>)> {
        let mut fields = line.split('\t');
        let mut next = || fields.next();
        let (pattern, replacements) = (next()?, [next()?, next()?, next()?, next()?]);
        let words: Vec<_> = fields.collect();
        let rule = Self {
            pattern,
            replacements,
            has_words: !words.is_empty(),
            regex: OnceLock::new(),
        };
        Some((rule, words))
    }

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
            .map(|(group, part)| groups.resolve(part, group))
            .take_while(|part| !part.is_empty());
        let mut version = String::new();
        for part in parts {
            if !version.is_empty() {
                version.push('.');
            }
            version.push_str(&part);
        }
        let name = groups.resolve(name, 1).into_owned();
        Some(Finding { name, version })
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
    fn resolve<'a>(&'a self, replacement: &'a str, group: usize) -> Cow<'a, str> {
        if replacement.is_empty() {
            return self.text(group).into();
        }
        let mut parts = replacement.split('$');
        let first = parts.next().unwrap_or_default();
        if first.len() == replacement.len() {
            return replacement.trim().into();
        }
        let mut filled = first.to_owned();
        for part in parts {
            match part.chars().next().and_then(|first| first.to_digit(10)) {
                Some(group) => filled.extend([self.text(group as usize), &part[1..]]),
                None => filled.extend(["$", part]),
            }
        }
        filled.trim().to_owned().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTS: [List; 3] = [List::Browsers, List::Systems, List::Devices];

    #[test]
    fn every_rule_compiles() {
        for rule in Rules::embedded().unwrap().all {
            assert!(rule.regex().is_some(), "{}", rule.pattern);
        }
    }

    /// The finder does not ignore case: it would never find another word.
    #[test]
    fn words_are_in_lower_case() {
        let mut words = RULES.lines().flat_map(|line| line.split('\t').skip(5));
        assert!(words.all(|word| !word.is_empty() && word == word.to_lowercase()));
    }

    /// Each rule that is tried must be compiled, which takes a tenth of a millisecond or more.
    #[test]
    fn an_ordinary_user_agent_leaves_few_rules_to_try() {
        let text = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                    Chrome/120.0.0.0 Safari/537.36";
        let rules = Rules::embedded().unwrap();
        let candidates = rules.of(text);
        let tried = LISTS.map(|list| candidates.in_list(list).count());
        assert!(tried.iter().all(|count| *count < 100), "{tried:?}");
    }

    /// Skipping rules whose words are missing is faster, and must not change the result.
    #[test]
    fn no_rule_matches_without_one_of_its_words() {
        let rules = Rules::embedded().unwrap();
        let mut found = 0;
        for file in std::fs::read_dir("fuzz/seeds/user_agent").unwrap() {
            let content = std::fs::read(file.unwrap().path()).unwrap();
            let text = String::from_utf8_lossy(&content);
            let subject = Subject::of(&text);
            let candidates = rules.of(&text);
            for list in LISTS {
                let mut all = rules.all[rules.lists[list as usize].clone()].iter();
                let among_all = all.find_map(|rule| rule.apply(&subject));
                assert_eq!(candidates.find(list), among_all, "{text}");
                let is_spider = among_all
                    .as_ref()
                    .is_some_and(|found| found.name == "Spider");
                assert_eq!(candidates.finds(list, "Spider"), is_spider, "{text}");
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
        let rules = Rules::embedded().unwrap();
        let candidates = rules.of(text);
        for list in LISTS {
            let tried = candidates.in_list(list).take(candidates.max_tried).count();
            assert!(tried <= MIN_TRIED, "{tried}");
        }
        assert!(max_tried(&text[..120]) > 250);
    }
}
