"use strict";

// The class that callers see. The native core makes every decision, even which of the two forms of a method was called:
// by object or by id.

/**
 * @import { ActionOptions, Auth0Config, CallOptions, ConnectOptions, ConnectionUrlOptions } from "../index.d.ts"
 * @import { FindSessionsOptions, ILogger, RevokeOptions, RevokeOthersOptions, RiskLevel } from "../index.d.ts"
 * @import { Auth0UserSecurityService as Declared, UserAuthenticationMethod, UserRef } from "../index.d.ts"
 * @import { UserSession, UserSessionRevokeInput } from "../index.d.ts"
 */

const { call, core, resultOf } = require("./core.js");
const { wrongType } = require("./errors.js");
const { checkLogger, logSink, publish } = require("./logging.js");
const { own } = require("./own.js");
const { traced, tracedSync } = require("./tracing.js");

/** @implements {Declared} */
class Auth0UserSecurityService {
  #service;

  /**
   * @param {Partial<Auth0Config>} [overrides]
   * @param {ILogger} [logger]
   */
  static fromEnv(overrides, logger) {
    const { env } = process;
    const config = {
      domain: own(env, "AUTH0_DOMAIN"),
      clientId: own(env, "AUTH0_CLIENT_ID"),
      clientSecret: own(env, "AUTH0_CLIENT_SECRET"),
      audience: own(env, "AUTH0_AUDIENCE") || undefined,
      ...overrides,
    };
    return new this(config, logger);
  }

  /**
   * @param {Auth0Config} config
   * @param {ILogger} logger
   */
  constructor(config, logger = console) {
    const log = logSink(checkLogger(logger));
    this.#service = resultOf(core().createService(config, log, publish));
  }

  /**
   * @param {UserRef} user
   * @param {FindSessionsOptions} [options]
   */
  async findUserSessions(user, options) {
    return await call("findUserSessions", this.#service, [user], options);
  }

  /**
   * @param {UserRef} user
   * @param {UserSessionRevokeInput | string} session
   * @param {RevokeOptions} [options]
   */
  async revokeUserSession(user, session, options) {
    return await call("revokeUserSession", this.#service, [user, session], options);
  }

  /**
   * @param {UserRef} user
   * @param {RevokeOptions} [options]
   */
  async revokeAllUserSessions(user, options) {
    return await call("revokeAllUserSessions", this.#service, [user], options);
  }

  /**
   * @param {UserRef} user
   * @param {string} currentSessionId
   * @param {RevokeOthersOptions} [options]
   */
  async revokeOtherUserSessions(user, currentSessionId, options) {
    return await call("revokeOtherUserSessions", this.#service, [user, currentSessionId], options);
  }

  /**
   * @param {UserRef} user
   * @param {CallOptions} [options]
   */
  async findUserAuthenticationMethods(user, options) {
    return await call("findUserAuthenticationMethods", this.#service, [user], options);
  }

  /**
   * Synchronous by object, a promise by id.
   * @param {UserRef} first
   * @param {string} second
   * @param {ConnectionUrlOptions} [options]
   * @returns {any}
   */
  generateAccountConnectionUrl(first, second, options) {
    const given = [first, second, options];
    const make = () => resultOf(core().generateAccountConnectionUrl(this.#service, given));
    return core().isConnectionById(given)
      ? traced("generateAccountConnectionUrl", async () => make())
      : tracedSync("generateAccountConnectionUrl", make);
  }

  /**
   * @param {UserRef} user
   * @param {string} redirectUriOrProvider
   * @param {string} codeOrToken
   * @param {ConnectOptions} [options]
   */
  async connectSecondaryAccount(user, redirectUriOrProvider, codeOrToken, options) {
    const required = [user, redirectUriOrProvider, codeOrToken];
    return await call("connectSecondaryAccount", this.#service, required, options);
  }

  /**
   * @param {UserRef} user
   * @param {object | string} methodOrProvider
   * @param {[(ActionOptions | string)?, ActionOptions?]} rest
   */
  async disconnectSecondaryAccount(user, methodOrProvider, ...rest) {
    const required = [user, methodOrProvider];
    return await call("disconnectSecondaryAccount", this.#service, required, ...rest);
  }

  /**
   * @param {UserRef} user
   * @param {[(ActionOptions | string)?, ActionOptions?]} rest
   */
  async generatePasswordChangeTicket(user, ...rest) {
    return await call("generatePasswordChangeTicket", this.#service, [user], ...rest);
  }

  /**
   * @param {UserRef} user
   * @param {FindSessionsOptions} [options]
   */
  async getUserSecurityDashboard(user, options) {
    return await call("getUserSecurityDashboard", this.#service, [user], options);
  }

  /**
   * @param {UserSession[]} sessions
   * @param {UserAuthenticationMethod[]} methods
   * @param {(sessions: UserSession[], methods: UserAuthenticationMethod[]) => RiskLevel} [policy]
   * @returns {RiskLevel}
   */
  assessRisk(sessions, methods, policy) {
    return tracedSync("assessRisk", () => {
      if (policy === undefined) return resultOf(core().assessRisk([sessions, methods]));
      if (typeof policy !== "function") throw wrongType("policy must be a function.");
      return policy(sessions, methods);
    });
  }

  /** @param {CallOptions} [options] */
  async checkConfiguration(options) {
    return await call("checkConfiguration", this.#service, [], options);
  }

  async close() {
    await traced("close", async () => core().closeService(this.#service));
  }
}

module.exports = { Auth0UserSecurityService };
