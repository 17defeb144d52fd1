//! The state that processes share, against a real Redis.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use auth0_user_security::shared_state::GetOrClaim::{self, Claimed, Stored, Taken};
use auth0_user_security::shared_state::{SharedState, Stored as Value, Unavailable};

use crate::support::redis::Redis;

const LIFE: Duration = Duration::from_secs(60);

async fn claim(
    state: &SharedState,
    owner: &[u8],
    life: Duration,
) -> Result<GetOrClaim, Unavailable> {
    state.get_or_claim("key", "claim", owner, life).await
}

/// The value, if there is a valid one.
async fn get(state: &SharedState, key: &str) -> Result<Option<Value>, Unavailable> {
    let claim = state.get_or_claim(key, "none", b"nobody", Duration::from_millis(1));
    Ok(match claim.await? {
        Stored(value) => Some(value),
        Claimed | Taken => None,
    })
}

fn count_up(current: Option<&str>, _: f64) -> (usize, Option<(String, Duration)>) {
    let next = current.map_or(0, |text| text.parse().unwrap()) + 1;
    (next, Some((next.to_string(), LIFE)))
}

#[tokio::test(flavor = "multi_thread")]
async fn no_update_is_lost_when_processes_change_one_value_at_once() {
    let Some(redis) = Redis::start() else { return };
    let processes = (0..4).map(|_| {
        let (state, lines) = redis.state();
        tokio::spawn(async move {
            let updates = (0..100).map(|_| state.update("counter", count_up));
            let results = futures_util::future::join_all(updates).await;
            assert_eq!(*lines.lock().unwrap(), [""; 0]);
            results
        })
    });
    let mut counted = Vec::new();
    for process in processes.collect::<Vec<_>>() {
        // An update that never got a turn between the others fails, and has changed nothing.
        counted.extend(process.await.unwrap().into_iter().flatten());
    }
    counted.sort_unstable();
    assert!(counted.len() > 200);
    assert_eq!(counted, (1..=counted.len()).collect::<Vec<_>>());
    let stored = redis.command(&["GET", "test:counter"]);
    assert_eq!(stored, counted.len().to_string());
}

#[tokio::test]
async fn an_update_gets_the_time_of_redis_and_sets_the_lifetime() {
    let Some(redis) = Redis::start() else { return };
    let (state, _) = redis.state();
    let told = state.update("time", |_, now| (now, Some(("1".to_owned(), LIFE))));
    let told = told.await.unwrap();
    let here = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    assert!((told - here.as_secs_f64() * 1000.0).abs() < 60_000.0);
    let stored = get(&state, "time").await.unwrap().unwrap();
    assert_eq!(stored.value, b"1");
    assert!(stored.life > LIFE / 2 && stored.life <= LIFE);
}

#[tokio::test]
async fn an_update_that_changes_nothing_writes_nothing() {
    let Some(redis) = Redis::start() else { return };
    let (state, _) = redis.state();
    assert_eq!(state.update("key", |_, _| (7, None)).await, Ok(7));
    assert_eq!(get(&state, "key").await, Ok(None));
}

#[tokio::test]
async fn values_of_other_types_lengths_and_encodings_are_replaced() {
    let Some(redis) = Redis::start() else { return };
    let (state, lines) = redis.state();
    redis.command(&["RPUSH", "test:key", "a", "b"]);
    assert_eq!(get(&state, "key").await, Ok(None));
    assert_eq!(state.update("key", count_up).await, Ok(1));
    state.put("key", b"\xff\x00", LIFE).await.unwrap();
    assert_eq!(state.update("key", count_up).await, Ok(1));
    state.put("key", &vec![b'1'; 70_000], LIFE).await.unwrap();
    assert_eq!(get(&state, "key").await, Ok(None), "far too long");
    redis.command(&["SET", "test:key", "without an end"]);
    assert_eq!(get(&state, "key").await, Ok(None));
    redis.command(&["RPUSH", "test:claim", "a", "b"]);
    assert_eq!(
        claim(&state, b"mine", LIFE).await,
        Ok(Claimed),
        "without an end"
    );
    assert_eq!(*lines.lock().unwrap(), [""; 0]);
}

#[tokio::test]
async fn a_claim_has_one_owner_until_it_is_released_or_expires() {
    let Some(redis) = Redis::start() else { return };
    let ((one, _), (other, _)) = (redis.state(), redis.state());
    assert_eq!(claim(&one, b"one", LIFE).await, Ok(Claimed));
    assert_eq!(claim(&other, b"other", LIFE).await, Ok(Taken));
    assert_eq!(other.delete_if("claim", b"other").await, Ok(false));
    assert_eq!(one.delete_if("claim", b"one").await, Ok(true));
    let short = Duration::from_millis(1);
    assert_eq!(claim(&other, b"other", short).await, Ok(Claimed));
    while claim(&one, b"one", LIFE).await != Ok(Claimed) {}
}

#[tokio::test]
async fn no_claim_is_granted_while_there_is_a_value() {
    let Some(redis) = Redis::start() else { return };
    let (state, _) = redis.state();
    state.put("key", b"value", LIFE).await.unwrap();
    let Ok(Stored(stored)) = claim(&state, b"one", LIFE).await else {
        panic!("there is a value");
    };
    assert_eq!(stored.value, b"value");
    assert!(stored.life > LIFE / 2 && stored.life <= LIFE);
    assert_eq!(get(&state, "claim").await, Ok(None));
}

#[tokio::test]
async fn after_close_the_connection_is_gone_and_the_next_use_opens_a_new_one() {
    let Some(redis) = Redis::start() else { return };
    let (state, _) = redis.state();
    let ours = || {
        let clients = redis.command(&["CLIENT", "LIST"]);
        let is_ours = |line: &&str| !line.contains("cmd=client|list");
        clients.lines().filter(is_ours).count()
    };
    get(&state, "key").await.unwrap();
    assert_eq!(ours(), 1);
    state.close();
    while ours() > 0 {
        tokio::task::yield_now().await;
    }
    get(&state, "key").await.unwrap();
    assert_eq!(ours(), 1);
    drop(state);
    while ours() > 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn once_redis_is_gone_every_use_fails_and_one_warning_is_logged() {
    let Some(redis) = Redis::start() else { return };
    let (state, lines) = redis.state();
    assert_eq!(state.update("counter", count_up).await, Ok(1));
    drop(redis);
    let at_once = futures_util::future::join_all((0..10).map(|_| get(&state, "counter"))).await;
    assert_eq!(at_once, [const { Err(Unavailable) }; 10]);
    for _ in 0..3 {
        assert_eq!(state.update("counter", count_up).await, Err(Unavailable));
        assert_eq!(get(&state, "counter").await, Err(Unavailable));
    }
    assert_eq!(lines.lock().unwrap().len(), 1);
}
