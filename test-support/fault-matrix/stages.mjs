// Tenants for many cells at once, each used by one cell at a time.

import { serviceFor } from "../service.mjs";
import { PEOPLE, startTenant } from "../tenant.mjs";

/** How many cells work at the same time: few enough that no response is delayed by CPU contention. */
const BUSY = 6;
/** How many cells mostly wait at the same time. */
const WAITING = 48;

/** A tenant that can say when all requests it received have ended. */
class Stage {
  #ended = () => {};

  async start() {
    this.tenant = await startTenant({ onRequest: () => this.#ended() });
    return this;
  }

  /** Work that a client stopped waiting for is done anyway. */
  allEnded() {
    const isOpen = ({ durationMs }) => durationMs === undefined;
    return new Promise((resolve) => {
      this.#ended = () => this.tenant.requests.some(isOpen) || resolve();
      this.#ended();
    });
  }
}

/** A pool whose items each have one user at a time. */
class Pool {
  #idle;
  #queue = [];

  constructor(things) {
    this.#idle = things;
  }

  async take() {
    return this.#idle.pop() ?? (await new Promise((resolve) => this.#queue.push(resolve)));
  }

  put(thing) {
    const next = this.#queue.shift();
    if (next) next(thing);
    else this.#idle.push(thing);
  }

  get idle() {
    return [...this.#idle];
  }
}

export class Stages {
  #quick;
  #slow;
  #starts = new Pool(Array.from({ length: BUSY }, () => "start"));

  /** Slow one-time work (tenants, the first call) is done before any cell is timed. */
  async open() {
    const start = (count) => Promise.all(Array.from({ length: count }, () => new Stage().start()));
    this.#quick = new Pool(await start(BUSY));
    this.#slow = new Pool(await start(WAITING));
    const [{ tenant }] = this.#quick.idle;
    const service = serviceFor(tenant);
    await service.findUserSessions(PEOPLE.ada);
    await service.close();
    tenant.reset();
  }

  /**
   * Runs `scene(stage, waits)` on a tenant as it was seeded. A slow scene calls `waits` as soon as
   * it only waits.
   */
  async use(scene, { isSlow, isRemembered }) {
    const pool = isSlow ? this.#slow : this.#quick;
    const stage = await pool.take();
    const waits = isSlow ? await this.#turn() : () => {};
    try {
      return await scene(stage, waits);
    } finally {
      waits();
      pool.put(await renewed(stage, isRemembered));
    }
  }

  /** Waits for a permit, and returns a function that releases it. */
  async #turn() {
    let start = await this.#starts.take();
    return () => {
      if (start) this.#starts.put(start);
      start = undefined;
    };
  }

  async close() {
    const all = [...this.#quick.idle, ...this.#slow.idle];
    await Promise.all(all.map(({ tenant }) => tenant.close()));
  }
}

/** A client that got a long Retry-After may obey it: its tenant is not used again. */
async function renewed(stage, isRemembered) {
  if (isRemembered) {
    await stage.tenant.close();
    return await new Stage().start();
  }
  stage.tenant.reset();
  return stage;
}
