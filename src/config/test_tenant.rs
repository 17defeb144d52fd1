//! Tenants for tests that have a name: in a container, for example, or under `.localhost`. Requests to them may be sent
//! without TLS, so nothing beyond this machine and its private networks is accepted as one.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::Host;

use super::fields::Fields;
use super::host::{is_ip_literal, is_label};
use crate::error::{Error, Result, SettingProblem};

const SETTING: &str = "insecureTestTenant";
const HINT: &str =
    "Pass a host of this machine or its private network, such as \"http://auth0:4000\"";

/// Reads the setting.
pub(super) fn is_test_tenant(fields: &mut Fields) -> Result<bool> {
    let is_set = fields.flag(SETTING)?;
    if is_set && std::env::var("NODE_ENV").is_ok_and(|environment| environment == "production") {
        return Err(Error::configuration(
            SETTING,
            "is set, though NODE_ENV is production",
            "Remove it: it is for tests and development",
        ));
    }
    Ok(is_set)
}

/// Where clouds serve credentials: Amazon and Google, in the private range of IPv6. In IPv4, they use a link-local
/// address, which is not private.
const METADATA: [Ipv6Addr; 2] = [
    Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254),
    Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254),
];

/// Loopback or private.
pub fn is_nearby(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => address.is_loopback() || address.is_private(),
        IpAddr::V6(address) => {
            let is_private = address.is_unique_local() && !METADATA.contains(&address);
            address.is_loopback() || is_private
        }
    }
}

/// A host with an optional port. The addresses of a name are checked at each connection.
pub(super) fn authority(input: &str) -> Result<String, SettingProblem> {
    let (host, port) = host_and_port(input);
    let host = host.to_ascii_lowercase();
    let address = literal(&host);
    if address.is_some_and(|address| !is_nearby(address)) {
        return Err((
            "is an IP address that is neither loopback nor private",
            HINT,
        ));
    }
    let is_name = || {
        let read = Host::parse(&host);
        let is_plain = matches!(read, Ok(Host::Domain(read)) if read == host);
        is_plain && !is_ip_literal(&host) && host.split('.').all(is_label)
    };
    if address.is_none() && !is_name() {
        return Err(("is not a valid host name", HINT));
    }
    let Some(digits) = port else {
        return Ok(host);
    };
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    match digits.parse::<u16>() {
        Ok(port) if is_number => Ok(format!("{host}:{port}")),
        _ => Err(("has a port that is not a number from 0 to 65535", HINT)),
    }
}

/// The colons in the brackets of an IPv6 address precede no port.
fn host_and_port(input: &str) -> (&str, Option<&str>) {
    let end = input.find(']').map_or(0, |bracket| bracket + 1);
    match input[end..].split_once(':') {
        Some((rest, port)) => (&input[..end + rest.len()], Some(port)),
        None => (input, None),
    }
}

/// An IPv4 address, or an IPv6 address in brackets, in the one spelling in which URLs show it.
fn literal(host: &str) -> Option<IpAddr> {
    let inner = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let Some(inner) = inner else {
        return host.parse::<Ipv4Addr>().ok().map(IpAddr::V4);
    };
    let address = inner.parse::<Ipv6Addr>().ok()?;
    (address.to_string() == inner).then_some(IpAddr::V6(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearby_is_loopback_or_private() {
        for (address, expected) in [
            ("127.0.0.1", true),
            ("127.8.8.8", true),
            ("10.0.0.1", true),
            ("172.16.0.1", true),
            ("172.32.0.1", false),
            ("192.168.1.1", true),
            ("169.254.169.254", false),
            ("100.64.0.1", false),
            ("0.0.0.0", false),
            ("8.8.8.8", false),
            ("::1", true),
            ("fd00::1", true),
            ("fd00:ec2::254", false),
            ("fd20:ce::254", false),
            ("fe80::1", false),
            ("2001:db8::1", false),
            ("::ffff:127.0.0.1", true),
            ("::ffff:8.8.8.8", false),
        ] {
            assert_eq!(
                is_nearby(address.parse().expect(address)),
                expected,
                "{address}"
            );
        }
    }

    #[test]
    fn names_and_nearby_addresses_are_accepted_with_a_port() {
        for (input, expected) in [
            ("auth0", "auth0"),
            ("Auth0:4000", "auth0:4000"),
            ("tenant.localhost:80", "tenant.localhost:80"),
            ("192.168.1.5:4000", "192.168.1.5:4000"),
            ("[fd00::1]", "[fd00::1]"),
            ("[FD00::1]:4000", "[fd00::1]:4000"),
        ] {
            assert_eq!(authority(input), Ok(expected.to_owned()));
        }
    }

    #[test]
    fn whatever_could_be_another_host_is_refused() {
        for input in [
            "",
            ":80",
            "8.8.8.8",
            "169.254.169.254:80",
            "0x7f.1",
            "2130706433",
            "127.1",
            "auth0:",
            "auth0:+80",
            "auth0:80:80",
            "auth0:99999",
            "auth0/path",
            "user@auth0",
            "auth0?x",
            "auth0#x",
            "a..b",
            "-a",
            "xn--a",
            "[fd00:0::1]",
            "[2001:db8::1]",
            "[fd00:ec2::254]",
            "[fe80::1%25eth0]",
            "[fd00::1",
            "fd00::1",
            "[fd00::1]x",
            "[fd00::1]:",
            "[fd00::1]:80]:80",
            "[127.0.0.1]",
            "a b",
            "tenänt",
        ] {
            assert!(authority(input).is_err(), "{input:?}");
        }
    }
}
