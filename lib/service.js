"use strict";

// The class that callers see. It holds no policy: every decision is made in the native core.

const { call, core, resultOf } = require("./native.js");
const { checkLogger, logSink } = require("./logging.js");

class Auth0UserSecurityService {
  #service;

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
}

module.exports = { Auth0UserSecurityService };
