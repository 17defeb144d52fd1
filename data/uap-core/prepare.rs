//! Compiles uap-core's YAML into the format that `src/user_agent/rules.rs` reads: one line per rule, and
//! an empty line after each list. Moves work from the addon to the build: each rule gets a list of words, at least
//! one of which every matching user agent contains.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::error::Error;

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};
use serde_json::Value;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Shorter words occur in nearly every user agent.
const MIN_WORD: usize = 3;
const MAX_WORDS: usize = 300;

/// What nearly every browser sends, in lower case: the words in it do not narrow down the rules.
const ORDINARY: &str = "mozilla/5.0 (linux; android 10; k build/) (windows nt 10.0; win64; x64) \
     (macintosh; intel mac os x 10_15_7) (iphone; cpu iphone os 17_0 like mac os x) applewebkit/537.36 \
     (khtml, like gecko) version/17.0 chrome/120.0.0.0 mobile safari/537.36";

/// The lists, each with the keys of the replacements for the name and the three parts of the version. For a
/// device, only the name is read.
const LISTS: [(&str, [&str; 4]); 3] = [
    (
        "user_agent_parsers",
        [
            "family_replacement",
            "v1_replacement",
            "v2_replacement",
            "v3_replacement",
        ],
    ),
    (
        "os_parsers",
        [
            "os_replacement",
            "os_v1_replacement",
            "os_v2_replacement",
            "os_v3_replacement",
        ],
    ),
    ("device_parsers", ["device_replacement", "", "", ""]),
];

pub fn prepare(yaml: &str) -> Result<String> {
    let rules: Value = serde_saphyr::from_str(yaml)?;
    let mut prepared = String::new();
    for (name, replacements) in LISTS {
        for rule in rules[name].as_array().ok_or("uap-core lacks a list")? {
            prepared.push_str(&prepare_rule(rule, replacements)?);
            prepared.push('\n');
        }
        prepared.push('\n');
    }
    Ok(prepared)
}

/// The pattern, four replacements, which may be empty, and any number of words, separated by tabs. Patterns match
/// bytes: uap-core is written for engines whose `\d`, `\w` and `\b`, and whose flag `i`, know ASCII only.
fn prepare_rule(rule: &Value, replacements: [&str; 4]) -> Result<String> {
    let pattern = rule["regex"]
        .as_str()
        .ok_or("a rule of uap-core lacks its regex")?;
    // In a user agent that is not ASCII, `src/user_agent/subject.rs` puts other bytes in place of the characters that
    // these would match.
    if !pattern.is_ascii()
        || ["\\x", "\\v", "\\p", "\\u"]
            .iter()
            .any(|escape| pattern.contains(escape))
    {
        return Err(format!("a rule of uap-core matches more than ASCII: {pattern}").into());
    }
    let flag = if rule["regex_flag"] == "i" {
        "(?i)"
    } else {
        ""
    };
    let pattern = format!("{flag}{pattern}");
    let hir = ParserBuilder::new()
        .unicode(false)
        .utf8(false)
        .build()
        .parse(&pattern)?;
    let mut fields = vec![pattern];
    fields.extend(replacements.map(|key| rule[key].as_str().unwrap_or_default().trim().to_owned()));
    fields.extend(required_words(&hir).unwrap_or_default());
    if fields.iter().any(|field| field.contains(['\t', '\n'])) {
        return Err(format!("a rule of uap-core contains a tab or a line break: {rule}").into());
    }
    Ok(fields.join("\t"))
}

type Words = BTreeSet<String>;

/// Lower-case words, at least one of which every match contains; `None` if there are none.
fn required_words(hir: &Hir) -> Option<Words> {
    match hir.kind() {
        HirKind::Literal(_) | HirKind::Class(_) => words_of_run(std::slice::from_ref(hir)),
        HirKind::Repetition(repetition) if repetition.min > 0 => required_words(&repetition.sub),
        HirKind::Capture(capture) => required_words(&capture.sub),
        HirKind::Concat(parts) => words_of_sequence(parts),
        HirKind::Alternation(parts) => {
            let mut all = Words::new();
            for part in parts {
                all.append(&mut required_words(part)?);
            }
            (all.len() <= MAX_WORDS).then_some(all)
        }
        _ => None,
    }
}

/// The best words of any part of a sequence: preferably rare in user agents, then long.
/// Adjacent letters form one word, whose case may be expanded to classes.
fn words_of_sequence(parts: &[Hir]) -> Option<Words> {
    let runs = parts.chunk_by(|a, b| letters(a).is_some() && letters(b).is_some());
    let candidates = runs.filter_map(|run| match run {
        [single] => required_words(single),
        run => words_of_run(run),
    });
    candidates.max_by_key(|words| {
        let is_distinctive = !words.iter().any(|word| ORDINARY.contains(word.as_str()));
        (is_distinctive, shortest(words), Reverse(words.len()))
    })
}

fn words_of_run(run: &[Hir]) -> Option<Words> {
    let word: String = run.iter().map(letters).collect::<Option<_>>()?;
    (word.len() >= MIN_WORD).then(|| Words::from([word]))
}

fn shortest(words: &Words) -> usize {
    words.iter().map(String::len).min().unwrap_or(0)
}

/// A literal, or a class of one ASCII letter in both cases, in lower case.
fn letters(hir: &Hir) -> Option<String> {
    match hir.kind() {
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok()?;
            text.is_ascii().then(|| text.to_ascii_lowercase())
        }
        HirKind::Class(Class::Bytes(class)) => {
            let bytes = class.iter().flat_map(|range| range.start()..=range.end());
            let mut folded = bytes.take(3).map(|byte| byte.to_ascii_lowercase());
            let first = folded.next()?;
            (first.is_ascii_alphabetic() && folded.all(|byte| byte == first))
                .then(|| char::from(first).to_string())
        }
        _ => None,
    }
}
