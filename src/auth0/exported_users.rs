//! The file of a users export: a user a line, compressed. It is read in pieces, so its length does not matter.

use std::io::{self, BufRead, BufReader, Read};

use flate2::read::MultiGzDecoder;

use super::directory::FoundUser;

/// The longest line that is read. A user takes about 200 bytes.
const MAX_LINE: u64 = 64 * 1024;

pub struct ExportedUsers<R> {
    lines: BufReader<MultiGzDecoder<R>>,
}

/// What some lines of the file say.
#[derive(Debug, Default)]
pub struct Lines {
    pub users: Vec<FoundUser>,
    /// A line could not be read, so a user may be missing.
    pub is_incomplete: bool,
    pub is_end: bool,
}

/// Why the rest of the file cannot be used, as the predicate of a sentence about it.
pub type Damage = &'static str;

impl<R: Read> ExportedUsers<R> {
    pub fn new(file: R) -> Self {
        Self {
            lines: BufReader::new(MultiGzDecoder::new(file)),
        }
    }

    /// Reads the next lines, so many at most. What was read before damage is returned along with it.
    pub fn next(&mut self, most: usize) -> (Lines, Option<Damage>) {
        let mut found = Lines::default();
        let mut line = Vec::new();
        for _ in 0..most {
            line.clear();
            let mut limited = (&mut self.lines).take(MAX_LINE);
            match limited.read_until(b'\n', &mut line) {
                Ok(0) => {
                    found.is_end = true;
                    break;
                }
                Ok(_) if line.len() as u64 == MAX_LINE && !line.ends_with(b"\n") => {
                    return (found, Some("has a line that is too long"));
                }
                Ok(_) => found.add(&line),
                Err(error) => return (found, Some(unreadable(&error))),
            }
        }
        (found, None)
    }
}

impl Lines {
    fn add(&mut self, line: &[u8]) {
        if line.trim_ascii().is_empty() {
            return;
        }
        match serde_json::from_slice(line) {
            Ok(user) => self.users.push(user),
            Err(_) => self.is_incomplete = true,
        }
    }
}

fn unreadable(error: &io::Error) -> Damage {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => "ends too early",
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => "is not a valid gzip file",
        _ => "could not be read back from the temporary file",
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn compressed(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    /// The ids, whether a line could not be read, and the damage.
    fn ids(file: &[u8]) -> (Vec<String>, bool, Option<Damage>) {
        let mut file = ExportedUsers::new(file);
        let (mut ids, mut is_incomplete) = (Vec::new(), false);
        loop {
            let (lines, damage) = file.next(2);
            ids.extend(lines.users.into_iter().map(|user| user.user_id));
            is_incomplete |= lines.is_incomplete;
            if lines.is_end || damage.is_some() {
                return (ids, is_incomplete, damage);
            }
        }
    }

    const THREE: &str =
        "{\"user_id\":\"a|1\"}\n\n{\"user_id\":\"a|2\",\"email\":7}\n{\"user_id\":\"a|3\"}";
    const ALL: [&str; 3] = ["a|1", "a|2", "a|3"];

    #[test]
    fn a_user_is_read_from_each_line_whether_or_not_the_last_one_ends() {
        for text in [THREE.to_owned(), format!("{THREE}\n")] {
            let (ids, is_incomplete, damage) = ids(&compressed(&text));
            assert_eq!(
                (ids.as_slice(), is_incomplete, damage),
                (&ALL.map(str::to_owned)[..], false, None)
            );
        }
        let members = ["{\"user_id\":\"a|1\"}\n", "{\"user_id\":\"a|2\"}\n"].map(compressed);
        assert_eq!(ids(&members.concat()).0, ALL[..2]);
        assert_eq!(ids(&compressed("")), (Vec::new(), false, None));
    }

    #[test]
    fn a_damaged_file_is_not_taken_for_a_shorter_one() {
        let whole = compressed(THREE);
        assert_eq!(ids(&whole[..whole.len() - 6]).2, Some("ends too early"));
        let mut changed = whole.clone();
        let checksum = changed.len() - 8;
        changed[checksum] ^= 1;
        assert_eq!(ids(&changed).2, Some("is not a valid gzip file"));
        assert_eq!(ids(THREE.as_bytes()).2, Some("is not a valid gzip file"));
        let endless = compressed(&" ".repeat(100_000));
        assert_eq!(ids(&endless).2, Some("has a line that is too long"));
    }

    #[test]
    fn a_line_that_cannot_be_read_is_left_out_and_reported() {
        let text =
            "{\"user_id\":\"a|1\"}\n{\"email\":\"a@b.c\"}\n{\"user_id\":\"a|2\"}\n{\"user_id\":";
        assert_eq!(
            ids(&compressed(text)),
            (vec!["a|1".to_owned(), "a|2".to_owned()], true, None)
        );
    }

    #[test]
    fn blank_lines_are_read_a_few_at_a_time() {
        let file = compressed(&"\n".repeat(1_000));
        let mut file = ExportedUsers::new(&*file);
        assert!(!file.next(500).0.is_end);
        assert!(!file.next(500).0.is_end);
        assert!(file.next(1).0.is_end);
    }
}
