// What is known about each user, in two hashes of Redis. It outlives workers and jobs, so nothing is lost with them.

/** @typedef {{ status: string, code?: string, at: string }} Outcome */

/** How many users are read from Redis at once. */
const PAGE = 1000;

export class Journal {
  #redis;
  /** How often each user was begun; 0 for those who are only in the list. */
  #attempts;
  /** How it ended, for each user for whom it has. */
  #outcomes;

  /**
   * @param {import("ioredis").Redis} redis
   * @param {{ prefix: string, run: string }} names
   */
  constructor(redis, { prefix, run }) {
    this.#redis = redis;
    this.#attempts = `${prefix}:${run}:users:attempts`;
    this.#outcomes = `${prefix}:${run}:users:outcomes`;
  }

  /**
   * Makes users known. Does nothing for those who already are.
   * @param {string[]} users
   */
  async add(users) {
    const commands = this.#redis.pipeline();
    for (const user of users) commands.hsetnx(this.#attempts, user, 0);
    for (const [error] of (await commands.exec()) ?? []) if (error) throw error;
  }

  /**
   * Whether the user has an outcome. If not, records that they begin: a worker that dies after this may or may not have done
   * something, and the next attempt shows it.
   * @param {string} user
   */
  async skip(user) {
    if (await this.#redis.hexists(this.#outcomes, user)) return true;
    await this.#redis.hincrby(this.#attempts, user, 1);
    return false;
  }

  /**
   * Records the outcome, once: the first one stays.
   * @param {string} user
   * @param {Outcome} outcome
   */
  async finish(user, outcome) {
    await this.#redis.hsetnx(this.#outcomes, user, JSON.stringify(outcome));
  }

  /** All users, in no particular order. While users are still being added, one can come twice. */
  async *users() {
    /** Names and values in turn. @type {AsyncIterable<string[]>} */
    const pages = this.#redis.hscanStream(this.#attempts, { count: PAGE });
    for await (const page of pages) {
      const users = page.filter((_, index) => index % 2 === 0);
      if (users.length === 0) continue;
      const outcomes = await this.#redis.hmget(this.#outcomes, ...users);
      for (const [index, user] of users.entries()) {
        const outcome = outcomes[index];
        yield {
          user,
          attempts: Number(page[2 * index + 1]),
          .../** @type {Partial<Outcome>} */ (outcome ? JSON.parse(outcome) : {}),
        };
      }
    }
  }
}
