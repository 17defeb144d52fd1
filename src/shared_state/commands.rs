//! The Redis commands of the shared state, as values. Scripts make those atomic that read before they write.

use std::time::Duration;

use redis::Cmd;

/// Begins with reading the value of the key. A value of any other type, or one that is far longer than any written
/// here, counts as absent.
macro_rules! script {
    ($($body:tt)*) => {
        concat!(
            "local value = redis.pcall('get', KEYS[1]) \
             if type(value) ~= 'string' or #value > 65536 then value = false end ",
            $($body)*
        )
    };
}

macro_rules! reading {
    () => {
        "local time = redis.call('time') \
         return {value, redis.call('pttl', KEYS[1]), time[1], time[2]}"
    };
}

const READ: &str = script!(reading!());

const SWAP: &str = script!(
    "if value == (ARGV[3] or false) then \
     redis.call('set', KEYS[1], ARGV[1], 'px', ARGV[2]) return false end ",
    reading!()
);

const DELETE: &str = script!(
    "if value ~= ARGV[1] then return 0 end \
     return redis.call('del', KEYS[1])"
);

/// Values and claims without an expiry were not written by us, and would never expire.
const GET_OR_CLAIM: &str = script!(
    "local life = redis.call('pttl', KEYS[1]) \
     if value and life >= 0 then return {value, life, 0} end \
     if redis.call('pttl', KEYS[2]) == -1 then redis.call('del', KEYS[2]) end \
     if redis.call('set', KEYS[2], ARGV[1], 'nx', 'px', ARGV[2]) then return {false, 0, 1} end \
     return {false, 0, 0}"
);

/// The value, its remaining life in milliseconds (negative if it does not expire), and the time in seconds and
/// microseconds.
pub type Reading = (Option<Vec<u8>>, i64, u64, u32);

pub fn read(key: &str) -> Cmd {
    eval(READ, key)
}

/// Sets the value if it still is the expected one; otherwise returns a new reading.
pub fn swap(key: &str, expected: Option<&[u8]>, value: &[u8], life: Duration) -> Cmd {
    let mut command = eval(SWAP, key);
    command.arg(value).arg(millis(life)).arg(expected);
    command
}

pub fn put(key: &str, value: &[u8], life: Duration) -> Cmd {
    let mut command = Cmd::new();
    command.arg("SET").arg(key).arg(value);
    command.arg("PX").arg(millis(life));
    command
}

/// The value with its remaining life in milliseconds; if there is none, whether the claim was free and is
/// set now.
pub type GetOrClaim = (Option<Vec<u8>>, u64, bool);

pub fn get_or_claim(key: &str, claim: &str, owner: &[u8], life: Duration) -> Cmd {
    let mut command = Cmd::new();
    command
        .arg("EVAL")
        .arg(GET_OR_CLAIM)
        .arg(2)
        .arg(key)
        .arg(claim);
    command.arg(owner).arg(millis(life));
    command
}

/// Sets the value unless the key exists; returns whether it was set.
pub fn set_new(key: &str, value: &[u8], life: Duration) -> Cmd {
    let mut command = Cmd::new();
    command.arg("SET").arg(key).arg(value).arg("NX");
    command.arg("PX").arg(millis(life));
    command
}

/// Deletes the value if it equals this one.
pub fn delete_if(key: &str, value: &[u8]) -> Cmd {
    let mut command = eval(DELETE, key);
    command.arg(value);
    command
}

fn eval(script: &str, key: &str) -> Cmd {
    let mut command = Cmd::new();
    command.arg("EVAL").arg(script).arg(1).arg(key);
    command
}

/// Redis rejects a life of zero.
fn millis(life: Duration) -> u64 {
    u64::try_from(life.as_millis()).unwrap_or(u64::MAX).max(1)
}
