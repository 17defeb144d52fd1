//! The transport's connections: reused, renewed, and opened to whichever address responds.

use std::io::Write;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use auth0_user_security::config::Secret;
use auth0_user_security::transport::call::Call;
use auth0_user_security::transport::http::{Http, SendError};
use auth0_user_security::transport::pacing::pacer::Pacer;
use auth0_user_security::transport::pipeline::Channel;
use auth0_user_security::transport::request::{Method, RawRequest, Replay, Route};
use auth0_user_security::transport::retry::Failure;
use serde_json::json;

use crate::support::server::{Recorded, Reply, Server, config};

static READ: Route = route(Method::Get, Replay::Safe);
static CHANGE: Route = route(Method::Post, Replay::Unsafe);

const fn route(method: Method, replay: Replay) -> Route {
    Route {
        method,
        template: "/x",
        scopes: &[],
        replay,
        plan_bound: false,
        is_change: false,
    }
}

fn request(route: &'static Route) -> RawRequest {
    RawRequest::new(route, route.template.to_owned())
}

fn http(domain: &str) -> Http {
    Http::new(&config(domain, &json!({ "proxy": false })), domain)
}

async fn read(http: &Http) -> Result<u16, SendError> {
    let response = http.send(&request(&READ), None).await?;
    Ok(response.status)
}

fn empty(_: &str) -> Reply {
    Reply::Json(200, json!({}))
}

#[tokio::test]
async fn connections_are_kept_until_it_is_time_to_renew_them() {
    for (renew_after, expected) in [(Duration::ZERO, 5..=5), (Duration::from_secs(300), 1..=2)] {
        let server = Server::start(empty);
        let http = http(&server.domain).renewed_after(renew_after);
        for _ in 0..5 {
            assert_eq!(read(&http).await.unwrap(), 200);
        }
        assert!(expected.contains(&server.connections()), "{renew_after:?}");
    }
}

#[tokio::test]
async fn renewal_interrupts_no_request() {
    let (respond, may_respond) = mpsc::channel::<()>();
    let server = Server::start(move |_| {
        may_respond.recv_timeout(Duration::from_secs(30)).unwrap();
        Reply::Json(200, json!({}))
    });
    let http = http(&server.domain).renewed_after(Duration::ZERO);
    let both_are_in_flight = async {
        while server.connections() < 2 {
            tokio::task::yield_now().await;
        }
        respond.send(()).unwrap();
        respond.send(()).unwrap();
    };
    let (first, second, ()) = tokio::join!(read(&http), read(&http), both_are_in_flight);
    assert_eq!((first.unwrap(), second.unwrap()), (200, 200));
}

#[tokio::test]
async fn a_change_on_a_connection_that_the_server_has_closed_is_done_once() {
    let server = Server::start(|_| Reply::Last);
    let config = config(&server.domain, &json!({ "retry": { "maxAttempts": 1 } }));
    let channel = Channel {
        origin: server.domain.clone(),
        http: Http::new(&config, &server.domain),
        pacer: Pacer::of_tenant(&server.domain),
        budget: None,
        retry: config.retry,
        attempt_timeout: config.attempt_timeout,
        logger: Recorded::default().logger(),
    };
    for done in 1..=3 {
        let call = Call::after(Duration::from_secs(30));
        let request = request(&CHANGE);
        let exchange = channel.exchange(&request, None, call).await.unwrap();
        assert_eq!((exchange.response.status, exchange.attempts), (204, 1));
        assert_eq!(server.asked().len(), done);
        while server.ended() < done {
            tokio::task::yield_now().await;
        }
        // With each yield the runtime polls its sockets: the end of this one has already arrived.
        for _ in 0..5 {
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn a_token_that_cannot_be_a_header_is_never_sent() {
    let server = Server::start(empty);
    let http = http(&server.domain);
    for token in ["a\nb", "a\r\nx: y", "\u{0}", "a\u{7f}"] {
        let (request, token) = (request(&READ), Secret::new(token.to_owned()));
        let sent = http.send(&request, Some(&token)).await;
        assert_eq!(sent.unwrap_err().failure, Failure::Barred);
    }
    assert_eq!(server.asked(), [""; 0]);
}

/// Runs an ignored test of this file with these contents of `/etc/hosts`.
fn with_hosts(test: &str, hosts: &str) {
    let file = std::env::temp_dir().join(format!("hosts-{}-{test}", std::process::id()));
    std::fs::write(&file, hosts).unwrap();
    let namespace = ["--user", "--map-root-user", "--mount"];
    let can_mount = |command: &mut Command| command.status().is_ok_and(|status| status.success());
    if !can_mount(Command::new("unshare").args(namespace).arg("true")) {
        let in_ci = std::env::var("CI").is_ok_and(|value| value == "true");
        assert!(
            !in_ci,
            "CI must allow a mount namespace of one's own (unshare)"
        );
        let reason = "no mount namespace here for an /etc/hosts of one's own: allow `unshare --user --mount`";
        // Not `println!`, which the runner captures for tests that pass: `npm test` counts these lines.
        let mut stdout = std::io::stdout();
        writeln!(stdout, "\nSkipped: {reason}").unwrap();
        return;
    }
    let ended = Command::new("unshare")
        .args(namespace)
        .args([
            "sh",
            "-c",
            "mount --bind \"$HOSTS\" /etc/hosts && exec \"$@\"",
            "sh",
        ])
        .arg(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", &format!("network::{test}")])
        .env("HOSTS", &file)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    std::fs::remove_file(&file).unwrap();
    let output = String::from_utf8_lossy(&ended.stdout);
    assert!(output.contains("1 passed"), "{output}");
}

const BOTH: &str = "::1 localhost\n127.0.0.1 localhost\n";

#[test]
fn a_host_that_listens_on_one_family_only_is_reached() {
    with_hosts("one_family_only", BOTH);
}

#[tokio::test]
#[ignore = "started by the test above, with hosts of its own"]
async fn one_family_only() {
    for address in [
        SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        SocketAddr::from((Ipv6Addr::LOCALHOST, 0)),
    ] {
        let listener = TcpListener::bind(address).unwrap();
        let origin = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let _server = Server::on(listener, empty);
        assert_eq!(read(&http(&origin)).await.unwrap(), 200);
    }
}

#[test]
fn an_address_that_swallows_everything_delays_little() {
    with_hosts("black_hole_first", BOTH);
}

#[tokio::test]
#[ignore = "started by the test above, with hosts of its own"]
async fn black_hole_first() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let _hole = black_hole(port);
    let _server = Server::on(listener, empty);
    let origin = format!("http://localhost:{port}");
    let begun = Instant::now();
    assert_eq!(read(&http(&origin)).await.unwrap(), 200);
    assert!(begun.elapsed() < Duration::from_secs(4), "not hung");
}

/// A listener with a full backlog: further connection attempts are dropped without a reply.
fn black_hole(port: u16) -> (socket2::Socket, TcpStream) {
    let address = SocketAddr::from((Ipv6Addr::LOCALHOST, port));
    let socket = socket2::Socket::new(socket2::Domain::IPV6, socket2::Type::STREAM, None).unwrap();
    socket.bind(&address.into()).unwrap();
    socket.listen(0).unwrap();
    let filling = TcpStream::connect(address).unwrap();
    let one_more = TcpStream::connect_timeout(&address, Duration::from_millis(200));
    assert!(one_more.is_err(), "the queue has room");
    (socket, filling)
}

#[test]
fn a_busy_connection_follows_a_change_of_address() {
    with_hosts("change_of_address", "127.0.0.2 tenant.test\n");
}

#[tokio::test]
#[ignore = "started by the test above, with hosts of its own"]
async fn change_of_address() {
    let old = TcpListener::bind("127.0.0.2:0").unwrap();
    let port = old.local_addr().unwrap().port();
    let new = TcpListener::bind(("127.0.0.3", port)).unwrap();
    let (old, new) = (Server::on(old, empty), Server::on(new, empty));
    let origin = format!("http://tenant.test:{port}");
    let config = config("tenant.test", &json!({ "proxy": false }));
    let http = Http::new(&config, &origin).renewed_after(Duration::ZERO);
    assert_eq!(read(&http).await.unwrap(), 200);
    std::fs::write("/etc/hosts", "127.0.0.3 tenant.test\n").unwrap();
    assert_eq!(read(&http).await.unwrap(), 200);
    assert_eq!((old.asked().len(), new.asked().len()), (1, 1));
}

#[test]
fn a_test_tenant_has_no_address_beyond_private_networks() {
    let hosts = "127.0.0.1 auth0\n127.0.0.1 mixed\n2001:db8::1 mixed\n169.254.169.254 metadata\n";
    with_hosts("test_tenants", hosts);
}

#[tokio::test]
#[ignore = "started by the test above, with hosts of its own"]
async fn test_tenants() {
    let server = Server::start(empty);
    let port = server.domain.rsplit(':').next().unwrap();
    let http = |host: &str| {
        let settings = json!({ "proxy": false, "insecureTestTenant": true });
        let origin = format!("http://{host}:{port}");
        Http::new(&config(&origin, &settings), &origin)
    };
    assert_eq!(read(&http("auth0")).await.unwrap(), 200);
    for host in ["mixed", "metadata"] {
        let refused = read(&http(host)).await.unwrap_err();
        assert!(
            refused.problem.contains("neither loopback nor private"),
            "{host}: {}",
            refused.problem
        );
    }
    assert_eq!(server.connections(), 1);
}
