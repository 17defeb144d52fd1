//! The threads on which calls run.

use napi::bindgen_prelude::create_custom_tokio_runtime;
use tokio::runtime::Builder;

use crate::outbox::burst;

/// One thread serves all requests: with more, they wake each other up for every response, which takes more processor
/// time than decoding it. Work that takes long has threads of its own.
#[napi_derive::module_init]
fn use_one_thread() {
    // Otherwise napi starts a runtime with one thread for each processor.
    if let Ok(runtime) = Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("auth0-user-security")
        .on_thread_park(burst::end)
        .enable_all()
        .build()
    {
        runtime.spawn(async { burst::begin() });
        create_custom_tokio_runtime(runtime);
    }
}
