//! The file of a users export: a user a line, compressed. It is read in pieces, so its length does not matter.

use std::io::{self, BufRead, BufReader, Read};

use flate2::read::MultiGzDecoder;

use super::directory::FoundUser;

/// The longest line that is read. A user takes about 200 bytes.
const MAX_LINE: u64 = 64 * 1024;
/// More than all people: a file that expands to this much was made to exhaust whoever reads it.
const MAX_USERS: u64 = 10_000_000_000;

pub struct ExportedUsers<R> {
    lines: BufReader<MultiGzDecoder<R>>,
    read: u64,
}

/// Why the file cannot be used, as the predicate of a sentence about it.
pub type Damage = String;

impl<R: Read> ExportedUsers<R> {
    pub fn new(file: R) -> Self {
        Self {
            lines: BufReader::new(MultiGzDecoder::new(file)),
            read: 0,
        }
    }

    /// The next users; none at the end of the file.
    pub fn next(&mut self, most: usize) -> Result<Vec<FoundUser>, Damage> {
        let mut users = Vec::with_capacity(most);
        let mut line = Vec::new();
        while users.len() < most {
            line.clear();
            let mut limited = (&mut self.lines).take(MAX_LINE);
            let length = limited
                .read_until(b'\n', &mut line)
                .map_err(|error| unreadable(&error))?;
            if length == 0 {
                break;
            }
            self.read += 1;
            if self.read > MAX_USERS || !line.ends_with(b"\n") && length as u64 == MAX_LINE {
                return Err(format!("is too long in line {}", self.read));
            }
            if line.trim_ascii().is_empty() {
                continue;
            }
            // A line that cannot be read could be a user who would be missing.
            let user = serde_json::from_slice(&line);
            users.push(
                user.map_err(|_| format!("has no user with a `user_id` in line {}", self.read))?,
            );
        }
        Ok(users)
    }
}

fn unreadable(error: &io::Error) -> Damage {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => "ends too early".to_owned(),
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
            "is not a valid gzip file".to_owned()
        }
        _ => format!(
            "could not be read from the temporary file: {}",
            error.kind()
        ),
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

    fn ids(file: &[u8]) -> Result<Vec<String>, Damage> {
        let mut users = ExportedUsers::new(file);
        let mut ids = Vec::new();
        loop {
            let group = users.next(2)?;
            if group.is_empty() {
                return Ok(ids);
            }
            ids.extend(group.into_iter().map(|user| user.user_id));
        }
    }

    const THREE: &str =
        "{\"user_id\":\"a|1\"}\n\n{\"user_id\":\"a|2\",\"email\":7}\n{\"user_id\":\"a|3\"}";

    #[test]
    fn a_user_is_read_from_each_line_whether_or_not_the_last_one_ends() {
        let expected = ["a|1", "a|2", "a|3"].map(str::to_owned);
        assert_eq!(ids(&compressed(THREE)).unwrap(), expected);
        assert_eq!(ids(&compressed(&format!("{THREE}\n"))).unwrap(), expected);
        let divided = [
            compressed("{\"user_id\":\"a|1\"}\n"),
            compressed("{\"user_id\":\"a|2\"}\n"),
        ];
        assert_eq!(ids(&divided.concat()).unwrap(), expected[..2]);
        assert_eq!(ids(&compressed("")).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_damaged_file_is_not_taken_for_a_shorter_one() {
        let whole = compressed(THREE);
        assert_eq!(
            ids(&whole[..whole.len() - 6]).unwrap_err(),
            "ends too early"
        );
        let mut changed = whole.clone();
        let checksum = changed.len() - 8;
        changed[checksum] ^= 1;
        assert_eq!(ids(&changed).unwrap_err(), "is not a valid gzip file");
        assert_eq!(
            ids(THREE.as_bytes()).unwrap_err(),
            "is not a valid gzip file"
        );
    }

    #[test]
    fn a_line_without_a_user_and_one_that_does_not_end_are_named() {
        let nobody = compressed("{\"user_id\":\"a|1\"}\n{\"email\":\"a@b.c\"}\n");
        assert_eq!(
            ids(&nobody).unwrap_err(),
            "has no user with a `user_id` in line 2"
        );
        let endless = compressed(&" ".repeat(100_000));
        assert_eq!(ids(&endless).unwrap_err(), "is too long in line 1");
    }
}
