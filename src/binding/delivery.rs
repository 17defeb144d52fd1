//! Passes results to JavaScript a few at a time, in turns of its event loop. Each is converted to objects on the
//! JavaScript thread, and hundreds that become ready together would otherwise block it until all are converted.

use std::cell::OnceCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use napi::bindgen_prelude::{Either, ToNapiValue};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi::{Env, Status};
use tokio::sync::Semaphore;

use crate::model::{ConfigurationReport, UserSecurityDashboard};

/// The capacity of one turn, in results without a list: about a millisecond.
const TURN: u32 = 32;
/// This many sessions or methods take as long to convert as a result without a list.
const ITEMS: usize = 5;

/// The result of a call, and how much work its conversion is for the JavaScript thread.
pub trait Reply: ToNapiValue + Send + 'static {
    fn items(&self) -> usize {
        0
    }

    fn weight(&self) -> u32 {
        let weight = u32::try_from(1 + self.items() / ITEMS);
        weight.map_or(TURN, |weight| weight.min(TURN))
    }
}

impl Reply for bool {}
impl Reply for u32 {}
impl Reply for ConfigurationReport {}
impl<A, B> Reply for Either<A, B> where Self: ToNapiValue + Send + 'static {}

impl<T: ToNapiValue + Send + 'static> Reply for Vec<T> {
    fn items(&self) -> usize {
        self.len()
    }
}

impl Reply for UserSecurityDashboard {
    fn items(&self) -> usize {
        self.sessions.len() + self.methods.len()
    }
}

/// Weak: it never keeps the process alive. The pending calls do that themselves.
type NextTurn = ThreadsafeFunction<(), (), (), Status, false, true>;

/// How much the JavaScript thread can still convert in this turn.
pub struct Turns {
    room: Semaphore,
    /// What was converted in this turn.
    used: AtomicU32,
}

/// The state that only its own thread may access.
struct Thread {
    turns: Arc<Turns>,
    next_turn: NextTurn,
}

thread_local! {
    static THREAD: OnceCell<Thread> = const { OnceCell::new() };
}

impl Drop for Thread {
    fn drop(&mut self) {
        // There will be no further turns.
        self.turns.room.close();
    }
}

impl Thread {
    fn new(env: Env) -> napi::Result<Self> {
        let turns = Arc::new(Turns {
            room: Semaphore::new(TURN as usize),
            used: AtomicU32::new(0),
        });
        let begun = Arc::downgrade(&turns);
        let next_turn = env.create_function_from_closure::<(), (), _>("nextTurn", move |_| {
            if let Some(turns) = begun.upgrade() {
                turns.begin();
            }
            Ok(())
        })?;
        let next_turn = next_turn
            .build_threadsafe_function()
            .weak::<true>()
            .callee_handled::<false>()
            .build()?;
        Ok(Self { turns, next_turn })
    }
}

/// The turns of this thread. Call this before creating the promise of a call: libuv serves handles in the order of
/// their creation, so that a turn begins before the results in it are built.
pub fn turns(env: Env) -> napi::Result<Arc<Turns>> {
    THREAD.with(|thread| {
        if let Some(thread) = thread.get() {
            return Ok(thread.turns.clone());
        }
        let made = Thread::new(env)?;
        Ok(thread.get_or_init(|| made).turns.clone())
    })
}

impl Turns {
    /// Waits for a turn with room for a result of this weight.
    pub async fn wait_for(&self, weight: u32) {
        if let Ok(room) = self.room.acquire_many(weight).await {
            room.forget();
        }
    }

    /// The result is being built, on the JavaScript thread. The first one in a turn requests the next turn.
    pub fn built(&self, weight: u32) {
        if self.used.fetch_add(weight, Ordering::Relaxed) > 0 {
            return;
        }
        let mode = ThreadsafeFunctionCallMode::NonBlocking;
        let ask = |thread: &OnceCell<Thread>| Some(thread.get()?.next_turn.call((), mode));
        if THREAD.try_with(ask) != Ok(Some(Status::Ok)) {
            // The environment is closing.
            self.room.close();
        }
    }

    fn begin(&self) {
        let used = self.used.swap(0, Ordering::Relaxed);
        self.room.add_permits(used as usize);
    }
}
