//! What a process knows by itself of a limit that it shares with others.

use super::super::lease::Room;
use super::super::line::Line;
use super::{Lanes, Sent};

impl Lanes {
    pub fn room(&self, sent: Sent, now: f64) -> Option<Room> {
        let lane = self.by_id.get(&sent.lane)?;
        let lines = self.lines_of(sent.lane);
        let waiting = lines.map(Line::wanted).sum();
        Some(Room {
            level: lane.bucket.level(now),
            waiting,
        })
    }
}
