/**
 * Tells the parent process what to load, then answers each of its messages with the CPU time of
 * this process in microseconds, until the parent disconnects.
 */
export function answerWithCpu(target, close) {
  process.on("message", () => {
    const { user, system } = process.cpuUsage();
    process.send(user + system);
  });
  process.once("disconnect", close);
  process.send(target);
}
