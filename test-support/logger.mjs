// A logger that keeps its lines and lets a test wait for them.

/** `lines` are `{ level, message, details }`; `count(n)` resolves once there are n of them. */
export function recordingLogger() {
  const lines = [];
  let waiting = [];
  const record = (level) => (message, details) => {
    lines.push({ level, message, details });
    waiting = waiting.filter(({ count, resolve }) => lines.length < count || resolve());
  };
  const count = (count) =>
    new Promise((resolve) => {
      if (lines.length >= count) resolve();
      else waiting.push({ count, resolve });
    });
  return {
    lines,
    count,
    debug: record("debug"),
    info: record("info"),
    warn: record("warn"),
    error: record("error"),
  };
}
