//! What host names consist of.

use std::net::IpAddr;

pub(super) fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
}

/// Resolvers also accept `0x7f.1`, `2130706433` and `127.1` as addresses: any name whose last label is a
/// number counts as one.
pub(super) fn is_ip_literal(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or_default();
    let hexadecimal = last.strip_prefix("0x").or_else(|| last.strip_prefix("0X"));
    let is_number = last.bytes().all(|byte| byte.is_ascii_digit())
        || hexadecimal.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    is_number || host.parse::<IpAddr>().is_ok()
}
