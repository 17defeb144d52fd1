//! What JavaScript receives at once.

/// The capacity of one turn of the event loop, in results without a list: about a millisecond.
pub(super) const TURN: u32 = 32;
/// JavaScript parses this much JSON in the time that a result without a list takes.
pub(super) const BYTES: usize = 20 * 1024;

pub(super) struct Ready {
    json: String,
    pub weight: u32,
    kind: Kind,
}

impl Ready {
    pub fn new(json: String, weight: u32, kind: Kind) -> Self {
        let parsing = u32::try_from(json.len() / BYTES).unwrap_or(TURN);
        Self {
            json,
            weight: weight.max(parsing).clamp(1, TURN),
            kind,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Result,
    AuditEvent,
    Other,
}

pub struct Batch {
    /// An array of everything but audit events.
    pub json: String,
    /// An array of audit events, apart because nobody may listen to them: then they need not be parsed. Empty if there
    /// are none.
    pub audit_events: String,
    /// How many of them are results of calls.
    pub results: u32,
    /// How much of this turn is used up.
    pub used: u32,
}

impl Batch {
    pub(super) fn of(ready: &[Ready], used: u32) -> Self {
        let (audit_events, others): (Vec<&Ready>, _) = ready
            .iter()
            .partition(|ready| ready.kind == Kind::AuditEvent);
        Self {
            json: array(&others),
            audit_events: if audit_events.is_empty() {
                String::new()
            } else {
                array(&audit_events)
            },
            results: others
                .iter()
                .map(|ready| u32::from(ready.kind == Kind::Result))
                .sum(),
            used,
        }
    }

    /// Then the rest has to wait for the next turn.
    pub fn is_turn_full(&self) -> bool {
        self.used >= TURN
    }
}

fn array(ready: &[&Ready]) -> String {
    let length = ready
        .iter()
        .map(|ready| ready.json.len() + 1)
        .sum::<usize>();
    let mut json = String::with_capacity(length + 2);
    json.push('[');
    for Ready { json: next, .. } in ready {
        if json.len() > 1 {
            json.push(',');
        }
        json.push_str(next);
    }
    json.push(']');
    json
}
