//! A scripted server on loopback: it responds to each request as the test specifies, and records the
//! requests.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use auth0_user_security::config::{Config, Level};
use auth0_user_security::logging::{LogLine, Logger, Sink};
use auth0_user_security::service::Service;
use serde_json::{Map, Value, json};

pub const SECRET: &str = "canary-client-secret";

/// What the server does with a request.
pub enum Reply {
    Json(u16, Value),
    /// Status, further header lines, body; sent as they are.
    Raw(u16, &'static str, String),
    /// Closes the connection instead of responding.
    Hangup,
    /// Never responds, and keeps listening.
    Silence,
    /// An empty response, after which the connection is closed without notice.
    Last,
}

type Script = dyn FnMut(&str) -> Reply + Send;

pub struct Server {
    pub domain: String,
    asked: Arc<Mutex<Vec<String>>>,
    connections: Arc<AtomicUsize>,
    ended: Arc<AtomicUsize>,
}

impl Server {
    /// `script` gets "METHOD target" of every request except those for a token.
    pub fn start(script: impl FnMut(&str) -> Reply + Send + 'static) -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").unwrap(), script)
    }

    pub fn on(listener: TcpListener, script: impl FnMut(&str) -> Reply + Send + 'static) -> Self {
        let domain = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let connections = Arc::new(AtomicUsize::new(0));
        let ended = Arc::new(AtomicUsize::new(0));
        let (opened, closed) = (connections.clone(), ended.clone());
        let script: Arc<Mutex<Box<Script>>> = Arc::new(Mutex::new(Box::new(script)));
        let log = asked.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                opened.fetch_add(1, Ordering::Relaxed);
                let (script, log, closed) = (script.clone(), log.clone(), closed.clone());
                thread::spawn(move || {
                    while serve(&stream, &script, &log).is_some() {}
                    closed.fetch_add(1, Ordering::Relaxed);
                });
            }
        });
        Self {
            domain,
            asked,
            connections,
            ended,
        }
    }

    /// How many connections were opened so far.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// How many of them the server has closed.
    pub fn ended(&self) -> usize {
        self.ended.load(Ordering::Relaxed)
    }

    /// "METHOD target" of every request so far.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    pub fn service(&self, extra: &Value) -> (Service, Recorded) {
        let config = config(&self.domain, extra);
        let recorded = Recorded::default();
        (Service::new(config, recorded.logger()), recorded)
    }
}

/// The lines and audit events of a service.
#[derive(Clone, Default)]
pub struct Recorded {
    pub lines: Arc<Mutex<Vec<LogLine>>>,
    pub events: Arc<Mutex<Vec<Map<String, Value>>>>,
}

impl Recorded {
    pub fn logger(&self) -> Logger {
        Logger::new(Some(Level::Debug), self.clone())
    }
}

impl Sink for Recorded {
    fn line(&self, line: LogLine) {
        self.lines.lock().unwrap().push(line);
    }

    fn audit(&self, event: Map<String, Value>) {
        self.events.lock().unwrap().push(event);
    }
}

pub fn config(domain: &str, extra: &Value) -> Config {
    let mut config = json!({
        "domain": domain, "clientId": "client", "clientSecret": SECRET,
        "retry": { "maxDelayMs": 1 },
    });
    for (key, value) in extra.as_object().into_iter().flatten() {
        config[key] = value.clone();
    }
    match config {
        Value::Object(config) => Config::from_object(config).unwrap(),
        _ => unreachable!("an object"),
    }
}

pub fn token() -> Reply {
    let scope = "read:users read:sessions delete:sessions delete:refresh_tokens";
    Reply::Json(
        200,
        json!({ "access_token": "canary-token", "expires_in": 86400, "scope": scope }),
    )
}

fn serve(
    mut stream: &TcpStream,
    script: &Mutex<Box<Script>>,
    asked: &Mutex<Vec<String>>,
) -> Option<()> {
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .ok()?;
    let line = read_request(stream)?;
    asked.lock().unwrap().push(line.clone());
    let reply = script.lock().unwrap()(&line);
    let (status, headers, body) = match reply {
        Reply::Json(status, body) => (
            status,
            "content-type: application/json\r\n",
            body.to_string(),
        ),
        Reply::Raw(status, headers, body) => (status, headers, body),
        Reply::Silence => return Some(()),
        Reply::Last => {
            stream
                .write_all(b"HTTP/1.1 204 x\r\ncontent-length: 0\r\n\r\n")
                .ok()?;
            stream.shutdown(std::net::Shutdown::Both).ok()?;
            return None;
        }
        Reply::Hangup => {
            stream.shutdown(std::net::Shutdown::Both).ok()?;
            return None;
        }
    };
    let length = body.len();
    let head = format!("HTTP/1.1 {status} x\r\n{headers}content-length: {length}\r\n\r\n");
    stream.write_all((head + &body).as_bytes()).ok()
}

/// Reads one request to its end and returns "METHOD target".
fn read_request(mut stream: &TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        bytes.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&bytes).into_owned();
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse().ok())?
    });
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).ok()?;
    let line = head.lines().next()?;
    Some(line.rsplit_once(' ')?.0.to_owned())
}
