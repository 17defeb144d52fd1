"use strict";

// The class that callers see. It tells apart where the options are; every decision is made in the native core.

const { call, core, resultOf } = require("./native.js");
const { wrongType } = require("./errors.js");
const { checkLogger, logSink } = require("./logging.js");
const { own } = require("./own.js");
const { traced, tracedSync } = require("./tracing.js");

class Auth0UserSecurityService {
  #service;

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

  constructor(config, logger = console) {
    this.#service = resultOf(core().createService(config, logSink(checkLogger(logger))));
  }

  async findUserSessions(user, options) {
    return await call("findUserSessions", options, (handle) =>
      core().findUserSessions(this.#service, user, options, handle),
    );
  }

  async revokeUserSession(user, session, options) {
    return await call("revokeUserSession", options, (handle) =>
      core().revokeUserSession(this.#service, user, session, options, handle),
    );
  }

  async revokeAllUserSessions(user, options) {
    return await call("revokeAllUserSessions", options, (handle) =>
      core().revokeAllUserSessions(this.#service, user, options, handle),
    );
  }

  async revokeOtherUserSessions(user, currentSessionId, options) {
    return await call("revokeOtherUserSessions", options, (handle) =>
      core().revokeOtherUserSessions(this.#service, user, currentSessionId, options, handle),
    );
  }

  async findUserAuthenticationMethods(user, options) {
    return await call("findUserAuthenticationMethods", options, (handle) =>
      core().findUserAuthenticationMethods(this.#service, user, options, handle),
    );
  }

  /** Synchronous for (provider, redirectUrl), a promise for (userId, provider). */
  generateAccountConnectionUrl(first, second, options) {
    if (core().isConnectionUrlReferenceForm(first, second)) {
      return this.#connectionUrlForUser(first, second, options);
    }
    return tracedSync("generateAccountConnectionUrl", () =>
      resultOf(core().generateAccountConnectionUrl(this.#service, first, second, options)),
    );
  }

  async #connectionUrlForUser(user, provider, options) {
    return await traced("generateAccountConnectionUrl", async () =>
      resultOf(core().generateAccountConnectionUrlForUser(this.#service, user, provider, options)),
    );
  }

  async connectSecondaryAccount(user, redirectUriOrProvider, codeOrToken, options) {
    return await call("connectSecondaryAccount", options, (handle) =>
      core().connectSecondaryAccount(
        this.#service,
        user,
        redirectUriOrProvider,
        codeOrToken,
        options,
        handle,
      ),
    );
  }

  async disconnectSecondaryAccount(user, methodOrProvider, ...rest) {
    const [secondaryUserId, options] =
      typeof methodOrProvider === "object" ? [undefined, rest[0]] : rest;
    return await call("disconnectSecondaryAccount", options, (handle) =>
      core().disconnectSecondaryAccount(
        this.#service,
        user,
        methodOrProvider,
        secondaryUserId,
        options,
        handle,
      ),
    );
  }

  async generatePasswordChangeTicket(user, ...rest) {
    const [redirectUrl, options] =
      typeof rest[0] === "object" && rest[0] !== null ? [undefined, rest[0]] : rest;
    return await call("generatePasswordChangeTicket", options, (handle) =>
      core().generatePasswordChangeTicket(this.#service, user, redirectUrl, options, handle),
    );
  }

  async getUserSecurityDashboard(user, options) {
    return await call("getUserSecurityDashboard", options, (handle) =>
      core().getUserSecurityDashboard(this.#service, user, options, handle),
    );
  }

  assessRisk(sessions, methods, policy) {
    return tracedSync("assessRisk", () => {
      if (policy === undefined) return resultOf(core().assessRisk(sessions, methods));
      if (typeof policy !== "function") throw wrongType("policy must be a function.");
      return policy(sessions, methods);
    });
  }

  async checkConfiguration(options) {
    return await call("checkConfiguration", options, (handle) =>
      core().checkConfiguration(this.#service, options, handle),
    );
  }

  async close() {
    await traced("close", async () => core().closeService(this.#service));
  }
}

module.exports = { Auth0UserSecurityService };
