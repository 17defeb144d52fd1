//! Parts of sentences about signals.

const MAX_CHARS: usize = 60;

/// "1 session", "2 sessions".
pub fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

/// A name that Auth0 or the caller made up, fit to be printed.
pub fn name(text: &str) -> String {
    let shown = text.chars().filter(|c| !c.is_control()).take(MAX_CHARS);
    shown.collect::<String>().trim().to_owned()
}
