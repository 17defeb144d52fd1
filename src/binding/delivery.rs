//! Calls JavaScript with the results that are ready, as JSON, a few in each turn of its event loop.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
use std::sync::{Arc, Weak};

use napi::bindgen_prelude::{External, FnArgs, Function};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi::{Env, Status};
use napi_derive::napi;

use crate::outbox::Outbox;

/// Weak: it never keeps the process alive. The turn does, while calls are pending.
type Listener<A> = ThreadsafeFunction<(), (), A, Status, false, true>;

/// The state that only its JavaScript thread may access.
#[derive(Default)]
struct Turn {
    /// How much was delivered since the last turn that was asked for. Turns are asked for only when this one is full,
    /// so it may include what was delivered in earlier ones; then the next turn begins a little early.
    used: Cell<u32>,
    is_next_asked: Cell<bool>,
    /// Calls without a result.
    pending: Cell<u32>,
    next: OnceCell<RefCell<Listener<()>>>,
    outbox: OnceCell<Weak<Outbox>>,
}

/// What `lib/` creates once, and passes to every service.
pub type ReceiverHandle = External<Receiver>;

#[derive(Clone)]
pub struct Receiver {
    /// Where calls put their results.
    pub outbox: Arc<Outbox>,
    turn: Rc<Turn>,
}

/// `deliver` is called with a JSON array of pairs, the number of a call and its outcome, or of a listener and a value; and
/// with another one of audit events, or an empty string.
#[allow(
    clippy::needless_pass_by_value,
    reason = "napi passes functions by value; the lint does not fire in a test build"
)]
#[napi(skip_typescript, catch_unwind)]
pub fn create_receiver(
    env: Env,
    deliver: Function<FnArgs<(String, String)>, ()>,
) -> napi::Result<ReceiverHandle> {
    Receiver::new(env, &deliver).map(External::new)
}

impl Receiver {
    fn new(env: Env, deliver: &Function<FnArgs<(String, String)>, ()>) -> napi::Result<Self> {
        let turn = Rc::<Turn>::default();
        // Before `deliver`: libuv serves handles in the order of their creation, so that a turn begins before the
        // results in it are delivered.
        let _ = turn.next.set(RefCell::new(next_turn(env, &turn)?));
        let its_turn = turn.clone();
        let deliver: Listener<_> = deliver
            .build_threadsafe_function::<()>()
            .weak::<true>()
            .callee_handled::<false>()
            .build_callback(move |call| Ok(FnArgs::from(its_turn.take(call.env))))?;
        // A closing environment accepts no more calls, and needs no results.
        let call = move || {
            let _ = deliver.call((), ThreadsafeFunctionCallMode::NonBlocking);
        };
        let outbox = Arc::new(Outbox::new(Arc::new(call)));
        let _ = turn.outbox.set(Arc::downgrade(&outbox));
        Ok(Self { outbox, turn })
    }

    /// Counts a call, which must put exactly one result into these.
    pub fn expect(&self, env: Env) -> Arc<Outbox> {
        self.turn.expect(env);
        self.outbox.clone()
    }
}

fn next_turn(env: Env, turn: &Rc<Turn>) -> napi::Result<Listener<()>> {
    let turn = Rc::downgrade(turn);
    let begin = env.create_function_from_closure::<(), (), _>("nextTurn", move |_| {
        if let Some(turn) = turn.upgrade() {
            turn.begin();
        }
        Ok(())
    })?;
    begin
        .build_threadsafe_function()
        .weak::<true>()
        .callee_handled::<false>()
        .build()
}

impl Turn {
    /// The results for which this turn has room, and the audit events among them, each as a JSON array.
    fn take(&self, env: Env) -> (String, String) {
        let Some(outbox) = self.outbox.get().and_then(Weak::upgrade) else {
            return ("[]".to_owned(), String::new());
        };
        let batch = outbox.take(self.used.get());
        self.used.set(batch.used);
        self.settle(env, batch.results);
        if batch.is_turn_full() {
            self.ask_for_next();
        }
        (batch.json, batch.audit_events)
    }

    fn begin(&self) {
        self.used.set(0);
        self.is_next_asked.set(false);
        if let Some(outbox) = self.outbox.get().and_then(Weak::upgrade) {
            outbox.call();
        }
    }

    fn ask_for_next(&self) {
        if self.is_next_asked.replace(true) {
            return;
        }
        if let Some(next) = self.next.get() {
            let _ = next
                .borrow()
                .call((), ThreadsafeFunctionCallMode::NonBlocking);
        }
    }

    fn expect(&self, env: Env) {
        self.pending.set(self.pending.get() + 1);
        if self.pending.get() == 1 {
            self.keep_alive(env, true);
        }
    }

    fn settle(&self, env: Env, calls: u32) {
        let left = self.pending.get().saturating_sub(calls);
        self.pending.set(left);
        if calls > 0 && left == 0 {
            self.keep_alive(env, false);
        }
    }

    /// Whether the process must not end yet.
    #[expect(
        deprecated,
        reason = "the replacement, cloning, makes a reference that cannot be taken and given up at will"
    )]
    fn keep_alive(&self, env: Env, is_needed: bool) {
        let Some(next) = self.next.get() else { return };
        let mut next = next.borrow_mut();
        // It fails only in an environment that is closing.
        let _ = if is_needed {
            next.refer(&env)
        } else {
            next.unref(&env)
        };
    }
}
