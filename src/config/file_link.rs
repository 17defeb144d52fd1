//! The hosts from which a file that Auth0 links to may be downloaded.

use super::{Config, Domain};

/// The address of a file, divided for a request.
pub struct FileLink<'a> {
    pub origin: String,
    /// Path and query.
    pub target: &'a str,
}

impl Config {
    /// `None` for anything but `https://` and the name of a host. A tenant on this machine may also refer to this machine.
    pub fn file_link<'a>(&self, link: &'a str) -> Option<FileLink<'a>> {
        let (scheme, rest) = link.split_once("://")?;
        let (authority, _) = rest.split_at(rest.find('/')?);
        let target = &rest[authority.len()..];
        if !target
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'#')
        {
            return None;
        }
        let host = format!("{scheme}://{authority}");
        let domain = if self.is_test_tenant {
            Domain::of_test_tenant("location", &host)
        } else {
            Domain::parse("location", &host)
        };
        let domain = domain.ok().filter(|domain| self.may_refer_to(domain))?;
        let origin = domain.origin().to_owned();
        Some(FileLink { origin, target })
    }

    fn may_refer_to(&self, domain: &Domain) -> bool {
        self.is_test_tenant || self.domain.is_loopback() || !domain.is_loopback()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn origin_of(tenant: &str, link: &str) -> Option<String> {
        let config = json!({ "domain": tenant, "clientId": "id", "clientSecret": "secret" });
        let config = Config::from_object(config.as_object().unwrap().clone()).unwrap();
        config.file_link(link).map(|link| link.origin)
    }

    const TENANT: &str = "tenant.eu.auth0.com";

    #[test]
    fn a_file_is_on_any_host_by_tls_and_the_link_is_kept_as_it_is() {
        let config = json!({ "domain": TENANT, "clientId": "id", "clientSecret": "secret" });
        let config = Config::from_object(config.as_object().unwrap().clone()).unwrap();
        let link = config.file_link("https://Files.example.com/a%2Fb/c.gz?x=%2B&y");
        let link = link.unwrap();
        assert_eq!(link.origin, "https://files.example.com");
        assert_eq!(link.target, "/a%2Fb/c.gz?x=%2B&y");
    }

    #[test]
    fn links_to_anything_else_are_refused() {
        for link in [
            "",
            "files.example.com/a",
            "http://files.example.com/a",
            "ftp://files.example.com/a",
            "https://files.example.com",
            "https://10.0.0.1/a",
            "https://169.254.169.254/latest",
            "https://user:password@files.example.com/a",
            "https://files.example.com:8443/a",
            "https://localhost/a",
            "http://127.0.0.1:4000/a",
            "https://files.example.com\\@evil.example/a",
            "https://files.example.com/a b",
            "https://files.example.com/a#b",
        ] {
            assert_eq!(origin_of(TENANT, link), None, "{link}");
        }
    }

    #[test]
    fn a_tenant_on_this_machine_may_refer_to_this_machine() {
        let link = "http://127.0.0.1:4000/a";
        let origin = origin_of("http://127.0.0.1:3000", link);
        assert_eq!(origin.as_deref(), Some("http://127.0.0.1:4000"));
    }
}
