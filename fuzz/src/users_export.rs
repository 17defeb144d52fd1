//! Every user in the file of a users export is found, or it is known that somebody is missing.

use std::io::Write;

use auth0_user_security::auth0::directory::FoundUser;
use auth0_user_security::auth0::exported_users::{Damage, ExportedUsers};
use flate2::Compression;
use flate2::write::GzEncoder;

/// Longer lines are refused.
const LONGEST: usize = 64 * 1024;

#[derive(Debug, Default, PartialEq)]
struct Found {
    ids: Vec<String>,
    is_incomplete: bool,
    damage: Option<Damage>,
}

/// The first byte says where the file is cut; the others are the lines of the file.
pub fn check(data: &[u8]) {
    read(data);
    let Some((cut, lines)) = data.split_first() else {
        return;
    };
    let file = compressed(lines);
    let all = read(&file);
    if lines
        .split(|byte| *byte == b'\n')
        .all(|line| line.len() < LONGEST - 1)
    {
        assert_eq!(all, expected(lines));
    }
    let part = read(&file[..file.len() * usize::from(*cut) / 256]);
    assert!(part.damage.is_some(), "a cut file looks whole");
    assert!(all.ids.starts_with(&part.ids), "a cut file has other users");
}

fn read(file: &[u8]) -> Found {
    let mut file = ExportedUsers::new(file);
    let mut found = Found::default();
    loop {
        let (lines, damage) = file.next(3);
        found
            .ids
            .extend(lines.users.into_iter().map(|user| user.user_id));
        found.is_incomplete |= lines.is_incomplete;
        found.damage = damage;
        if lines.is_end || damage.is_some() {
            return found;
        }
    }
}

/// The same from the lines themselves.
fn expected(lines: &[u8]) -> Found {
    let mut found = Found::default();
    let lines = lines.split(|byte| *byte == b'\n');
    for line in lines.filter(|line| !line.trim_ascii().is_empty()) {
        match serde_json::from_slice::<FoundUser>(line) {
            Ok(user) => found.ids.push(user.user_id),
            Err(_) => found.is_incomplete = true,
        }
    }
    found
}

fn compressed(lines: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let written = encoder.write_all(lines).and_then(|()| encoder.finish());
    written.unwrap_or_default()
}
