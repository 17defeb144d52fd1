"use strict";

// The class that callers see. It holds no policy: every decision is made in the native core.

const { call, core, resultOf } = require("./native.js");
const { checkLogger, logSink } = require("./logging.js");

class Auth0UserSecurityService {
  #service;

  static fromEnv(overrides, logger) {
    const env = process.env;
    const config = {
      domain: env.AUTH0_DOMAIN,
      clientId: env.AUTH0_CLIENT_ID,
      clientSecret: env.AUTH0_CLIENT_SECRET,
      audience: env.AUTH0_AUDIENCE || undefined,
      ...overrides,
    };
    return new this(config, logger);
  }

  constructor(config, logger = console) {
    this.#service = resultOf(core.createService(config, logSink(checkLogger(logger))));
  }

  async findUserSessions(user, options) {
    return await call(options, (handle) =>
      core.findUserSessions(this.#service, user, options, handle),
    );
  }

  async revokeUserSession(user, session, options) {
    return await call(options, (handle) =>
      core.revokeUserSession(this.#service, user, session, options, handle),
    );
  }

  async revokeAllUserSessions(user, options) {
    return await call(options, (handle) =>
      core.revokeAllUserSessions(this.#service, user, options, handle),
    );
  }

  async revokeOtherUserSessions(user, currentSessionId, options) {
    return await call(options, (handle) =>
      core.revokeOtherUserSessions(this.#service, user, currentSessionId, options, handle),
    );
  }

  async findUserAuthenticationMethods(user, options) {
    return await call(options, (handle) =>
      core.findUserAuthenticationMethods(this.#service, user, options, handle),
    );
  }

  /** Synchronous for (provider, redirectUrl), a promise for (userId, provider). */
  generateAccountConnectionUrl(first, second, options) {
    if (core.isConnectionUrlReferenceForm(first, second)) {
      return this.#connectionUrlForUser(first, second, options);
    }
    return resultOf(core.generateAccountConnectionUrl(this.#service, first, second, options));
  }

  async #connectionUrlForUser(user, provider, options) {
    return resultOf(
      core.generateAccountConnectionUrlForUser(this.#service, user, provider, options),
    );
  }

  async connectSecondaryAccount(user, redirectUriOrProvider, codeOrToken, options) {
    return await call(options, (handle) =>
      core.connectSecondaryAccount(
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
    return await call(options, (handle) =>
      core.disconnectSecondaryAccount(
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
    return await call(options, (handle) =>
      core.generatePasswordChangeTicket(this.#service, user, redirectUrl, options, handle),
    );
  }
}

module.exports = { Auth0UserSecurityService };
