// Those who are compared, by the names that reports use.

const whole = (module, options) => open(module, options, "list");
const bare = (module, options) => open(module, options, "bare");

function open(module, options, job) {
  return async (tenant) => {
    const { open } = await import(module);
    const client = await open({ ...tenant, ...options });
    return { client, job: client[job] };
  };
}

export const contestants = {
  ours: whole("./ours.mjs"),
  "undici Pool": whole("./undici.mjs"),
  "undici Pool, bare": bare("./undici.mjs"),
};
