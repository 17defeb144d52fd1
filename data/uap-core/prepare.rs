//! Compiles uap-core's YAML into the format that `src/user_agent/rules.rs` reads: one line per rule, and
//! an empty line after each list. Moves work from the addon to the build: pattern flags are expanded, so that
//! the addon needs no Unicode tables; a class matches one byte, because one that matches characters of several bytes
//! takes ten times as long to compile; and each rule gets a list of words, at least one of which every matching user
//! agent contains.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::error::Error;

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, ClassBytes, ClassBytesRange, ClassUnicode, Hir, HirKind, Look};
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

/// The pattern, four replacements, which may be empty, and any number of words, separated by tabs.
fn prepare_rule(rule: &Value, replacements: [&str; 4]) -> Result<String> {
    let pattern = rule["regex"]
        .as_str()
        .ok_or("a rule of uap-core lacks its regex")?;
    let hir = ParserBuilder::new()
        .case_insensitive(rule["regex_flag"] == "i")
        .build()
        .parse(&with_ascii_classes(pattern))?;
    // `.` is expanded to a class of everything except line breaks.
    let expanded = in_bytes(&hir)?.to_string();
    let mut fields = vec![without_flags(&expanded)];
    fields.extend(replacements.map(|key| rule[key].as_str().unwrap_or_default().trim().to_owned()));
    fields.extend(required_words(&hir).unwrap_or_default());
    if fields.iter().any(|field| field.contains(['\t', '\n'])) {
        return Err(format!("a rule of uap-core contains a tab or a line break: {pattern}").into());
    }
    Ok(fields.join("\t"))
}

/// uap-core is written for engines whose `\d` and `\w` match ASCII only.
fn with_ascii_classes(pattern: &str) -> String {
    let mut rewritten = String::new();
    let mut is_in_class = false;
    let mut chars = pattern.chars();
    while let Some(char) = chars.next() {
        if char != '\\' {
            is_in_class = char == '[' || (is_in_class && char != ']');
            rewritten.push(char);
            continue;
        }
        let class = match chars.next() {
            Some('d') => "0-9",
            Some('w') => "A-Za-z0-9_",
            Some(other) => {
                rewritten.extend(['\\', other]);
                continue;
            }
            None => break,
        };
        if is_in_class {
            rewritten.push_str(class);
        } else {
            rewritten.extend(["[", class, "]"]);
        }
    }
    rewritten
}

/// The pattern for user agents in which every character is one byte, as `src/user_agent/subject.rs` writes them.
fn in_bytes(hir: &Hir) -> Result<Hir> {
    let all = |parts: &[Hir]| parts.iter().map(in_bytes).collect::<Result<Vec<_>>>();
    Ok(match hir.kind() {
        HirKind::Look(Look::WordUnicode) => Hir::look(Look::WordAscii),
        HirKind::Look(Look::WordUnicodeNegate) => Hir::look(Look::WordAsciiNegate),
        HirKind::Literal(literal) if !literal.0.is_ascii() => {
            return Err(
                format!("a rule of uap-core contains a letter that is not ASCII: {hir}").into(),
            );
        }
        HirKind::Class(Class::Unicode(class)) => Hir::class(Class::Bytes(byte_class(class))),
        HirKind::Repetition(repetition) => {
            let mut repetition = repetition.clone();
            repetition.sub = Box::new(in_bytes(&repetition.sub)?);
            Hir::repetition(repetition)
        }
        HirKind::Capture(capture) => {
            let mut capture = capture.clone();
            capture.sub = Box::new(in_bytes(&capture.sub)?);
            Hir::capture(capture)
        }
        HirKind::Concat(parts) => Hir::concat(all(parts)?),
        HirKind::Alternation(parts) => Hir::alternation(all(parts)?),
        _ => hir.clone(),
    })
}

/// A class matches either nearly all characters that are not ASCII or a few: spaces, which become ASCII spaces, and
/// letters that case folding adds to `k` and `s`.
fn byte_class(class: &ClassUnicode) -> ClassBytes {
    let ascii = class.iter().filter_map(|range| {
        let (start, end) = (u8::try_from(range.start()).ok()?, range.end());
        let end = u8::try_from(end).unwrap_or(u8::MAX).min(0x7F);
        (start <= end).then(|| ClassBytesRange::new(start, end))
    });
    let mut bytes = ClassBytes::new(ascii);
    let has_all = class
        .iter()
        .any(|range| range.start() <= '\u{10000}' && range.end() == char::MAX);
    if has_all {
        bytes.push(ClassBytesRange::new(0x80, 0xFF));
    }
    bytes
}

/// Without the flag that byte classes and boundaries are printed with: the addon sets it for all.
fn without_flags(pattern: &str) -> String {
    const FLAG: &str = "(?-u:";
    let mut rest = pattern;
    let mut plain = String::new();
    while let Some((before, flagged)) = rest.split_once(FLAG) {
        let end = end_of_group(flagged);
        plain.extend([before, &flagged[..end]]);
        rest = &flagged[end + 1..];
    }
    plain + rest
}

/// Where the closing parenthesis is, outside of a class and without a backslash before it.
fn end_of_group(pattern: &str) -> usize {
    let mut is_in_class = false;
    let mut is_escaped = false;
    for (at, char) in pattern.char_indices() {
        match char {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '[' => is_in_class = true,
            ']' => is_in_class = false,
            ')' if !is_in_class => return at,
            _ => {}
        }
    }
    pattern.len()
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
        HirKind::Class(Class::Unicode(class)) => {
            let chars = class.iter().flat_map(|range| range.start()..=range.end());
            let mut folded = chars.take(3).map(|char| char.to_ascii_lowercase());
            let first = folded.next()?;
            (first.is_ascii_alphabetic() && folded.all(|char| char == first))
                .then(|| first.to_string())
        }
        _ => None,
    }
}
