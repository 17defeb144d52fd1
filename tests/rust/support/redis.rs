//! A Redis for one test: on a free port, without persistence, stopped when the test ends.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use auth0_user_security::config::{Level, Secret, SharedStateSettings};
use auth0_user_security::logging::{LogLine, Logger, Sink};
use auth0_user_security::shared_state::SharedState;
use serde_json::{Map, Value};

pub struct Redis {
    port: u16,
    process: Child,
}

impl Redis {
    /// `None`, with a printed note, if there is no redis-server. With `CI=true` that is a failure.
    pub fn start() -> Option<Self> {
        // Another program may take the free port before Redis does.
        (0..5)
            .find_map(|_| Self::start_on(free_port()?))
            .or_else(|| {
                assert_ne!(
                    std::env::var("CI").as_deref(),
                    Ok("true"),
                    "no redis-server"
                );
                eprintln!("skipped: redis-server is not installed");
                None
            })
    }

    fn start_on(port: u16) -> Option<Self> {
        let mut process = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--save", "", "--port"])
            .arg(port.to_string())
            .current_dir(std::env::temp_dir())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        let mut lines = BufReader::new(process.stdout.take()?).lines();
        lines
            .find(|line| {
                line.as_ref()
                    .is_ok_and(|text| text.contains("Ready to accept"))
            })
            .map(|_| Self { port, process })
    }

    /// Shared state as another process would have it, with its log.
    pub fn state(&self) -> (SharedState, Arc<Mutex<Vec<String>>>) {
        let settings = SharedStateSettings {
            redis_url: Secret::new(format!("redis://127.0.0.1:{}", self.port)),
            prefix: "test".to_owned(),
        };
        let messages = Messages::default();
        let logger = Logger::new(Some(Level::Info), messages.clone());
        (SharedState::new(&settings, logger), messages.0)
    }

    /// The output of redis-cli.
    pub fn command(&self, words: &[&str]) -> String {
        let port = self.port.to_string();
        let output = Command::new("redis-cli")
            .args(["-p", &port])
            .args(words)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn free_port() -> Option<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").ok()?;
    listener.local_addr().ok().map(|address| address.port())
}

#[derive(Clone, Default)]
struct Messages(Arc<Mutex<Vec<String>>>);

impl Sink for Messages {
    fn line(&self, line: LogLine) {
        self.0.lock().unwrap().push(line.message);
    }

    fn audit(&self, _: Map<String, Value>) {}
}
