"use strict";

// The methods about one user. The native core makes every decision, even which of the two forms of a method was called: by
// object or by id.

/**
 * @import { AccessTokenConfig, ActionOptions, Auth0Config, CallOptions, CheckOptions, ConnectOptions, ConnectionUrlOptions } from "../index.d.ts"
 * @import { DashboardOptions, FindSessionsOptions, ILogger, RevokeOptions, RevokeOthersOptions, RiskLevel } from "../index.d.ts"
 * @import { EmailTicketOptions, EndAccessOptions, FindApplicationsOptions, LimitSessionsOptions } from "../index.d.ts"
 * @import { RemoveFactorOptions, RevokeApplicationOptions, UserApplicationInput, UserFactorInput } from "../index.d.ts"
 * @import { UserAuthenticationMethod, UserRef, UserSession, UserSessionRevokeInput, VerificationEmailOptions } from "../index.d.ts"
 * @import { Service } from "../types/core.d.ts"
 */

/** @type {typeof import("./calls.js") | undefined} */
let loaded;

/** Loaded with the first service, so that importing the package is cheap. */
function calls() {
  loaded ??= /** @type {typeof import("./calls.js")} */ (require("./calls.js"));
  return loaded;
}

/** @type {(methods: UserMethods) => Service} */
let serviceOf;

class UserMethods {
  #service;

  static {
    serviceOf = (methods) => methods.#service;
  }

  /**
   * @param {Auth0Config | AccessTokenConfig} config
   * @param {ILogger} logger
   */
  constructor(config, logger = console) {
    this.#service = calls().createService(config, logger);
  }

  /**
   * @param {UserRef} user
   * @param {FindSessionsOptions} [options]
   */
  async findUserSessions(user, options) {
    return await calls().call("findUserSessions", this.#service, [user], options);
  }

  /**
   * @param {UserRef} user
   * @param {UserSessionRevokeInput | string} session
   * @param {RevokeOptions} [options]
   */
  async revokeUserSession(user, session, options) {
    return await calls().call("revokeUserSession", this.#service, [user, session], options);
  }

  /**
   * @param {UserRef} user
   * @param {RevokeOptions} [options]
   */
  async revokeAllUserSessions(user, options) {
    return await calls().call("revokeAllUserSessions", this.#service, [user], options);
  }

  /**
   * @param {UserRef} user
   * @param {string} currentSessionId
   * @param {RevokeOthersOptions} [options]
   */
  async revokeOtherUserSessions(user, currentSessionId, options) {
    return await calls().call(
      "revokeOtherUserSessions",
      this.#service,
      [user, currentSessionId],
      options,
    );
  }

  /**
   * @param {UserRef} user
   * @param {CallOptions} [options]
   */
  async findUserAuthenticationMethods(user, options) {
    return await calls().call("findUserAuthenticationMethods", this.#service, [user], options);
  }

  /**
   * Synchronous by object, a promise by id.
   * @param {UserRef} first
   * @param {string} second
   * @param {ConnectionUrlOptions} [options]
   * @returns {any}
   */
  generateAccountConnectionUrl(first, second, options) {
    return calls().connectionUrl(this.#service, [first, second, options]);
  }

  /**
   * @param {UserRef} user
   * @param {string} redirectUriOrProvider
   * @param {string} codeOrToken
   * @param {ConnectOptions} [options]
   */
  async connectSecondaryAccount(user, redirectUriOrProvider, codeOrToken, options) {
    const required = [user, redirectUriOrProvider, codeOrToken];
    return await calls().call("connectSecondaryAccount", this.#service, required, options);
  }

  /**
   * @param {UserRef} user
   * @param {object | string} methodOrProvider
   * @param {[(ActionOptions | string)?, ActionOptions?]} rest
   */
  async disconnectSecondaryAccount(user, methodOrProvider, ...rest) {
    const required = [user, methodOrProvider];
    return await calls().call("disconnectSecondaryAccount", this.#service, required, ...rest);
  }

  /**
   * @param {UserRef} user
   * @param {[(ActionOptions | string)?, ActionOptions?]} rest
   */
  async generatePasswordChangeTicket(user, ...rest) {
    return await calls().call("generatePasswordChangeTicket", this.#service, [user], ...rest);
  }

  /**
   * @param {UserRef} user
   * @param {ActionOptions} [options]
   */
  async blockUser(user, options) {
    return await calls().call("blockUser", this.#service, [user], options);
  }

  /**
   * @param {UserRef} user
   * @param {ActionOptions} [options]
   */
  async unblockUser(user, options) {
    return await calls().call("unblockUser", this.#service, [user], options);
  }

  /**
   * @param {UserRef} user
   * @param {CallOptions} [options]
   */
  async findUserBlocks(user, options) {
    return await calls().call("findUserBlocks", this.#service, [user], options);
  }

  /**
   * @param {UserRef} user
   * @param {ActionOptions} [options]
   */
  async clearUserBlocks(user, options) {
    return await calls().call("clearUserBlocks", this.#service, [user], options);
  }

  /**
   * @param {UserRef} user
   * @param {CallOptions} [options]
   */
  async findUserFactors(user, options) {
    return await calls().call("findUserFactors", this.#service, [user], options);
  }

  /**
   * @param {UserRef} user
   * @param {UserFactorInput | string} factor
   * @param {RemoveFactorOptions} [options]
   */
  async removeUserFactor(user, factor, options) {
    return await calls().call("removeUserFactor", this.#service, [user, factor], options);
  }

  /**
   * @param {UserRef} user
   * @param {RemoveFactorOptions} [options]
   */
  async removeAllUserFactors(user, options) {
    return await calls().call("removeAllUserFactors", this.#service, [user], options);
  }

  /**
   * @param {UserRef} user
   * @param {FindApplicationsOptions} [options]
   */
  async findUserApplications(user, options) {
    return await calls().call("findUserApplications", this.#service, [user], options);
  }

  /**
   * @param {UserRef} user
   * @param {UserApplicationInput | string} application
   * @param {RevokeApplicationOptions} [options]
   */
  async revokeUserApplication(user, application, options) {
    return await calls().call("revokeUserApplication", this.#service, [user, application], options);
  }

  /**
   * @param {UserRef} user
   * @param {LimitSessionsOptions} options
   */
  async limitUserSessions(user, options) {
    return await calls().call("limitUserSessions", this.#service, [user], options);
  }

  /**
   * @param {UserRef} user
   * @param {EndAccessOptions} options
   */
  async endUserAccess(user, options) {
    return await calls().call("endUserAccess", this.#service, [user], options);
  }

  /**
   * @param {UserRef} user
   * @param {EmailTicketOptions} [options]
   */
  async generateEmailVerificationTicket(user, options) {
    return await calls().call("generateEmailVerificationTicket", this.#service, [user], options);
  }

  /**
   * @param {UserRef} user
   * @param {VerificationEmailOptions} [options]
   */
  async sendVerificationEmail(user, options) {
    return await calls().call("sendVerificationEmail", this.#service, [user], options);
  }

  /**
   * @param {UserRef} user
   * @param {DashboardOptions} [options]
   * @returns {Promise<any>}
   */
  async getUserSecurityDashboard(user, options) {
    return await calls().call("getUserSecurityDashboard", this.#service, [user], options);
  }

  /**
   * @param {UserSession[]} sessions
   * @param {UserAuthenticationMethod[]} methods
   * @param {(sessions: UserSession[], methods: UserAuthenticationMethod[]) => RiskLevel} [policy]
   * @returns {RiskLevel}
   */
  assessRisk(sessions, methods, policy) {
    return calls().assessRisk(sessions, methods, policy);
  }

  /**
   * @param {any[]} sessions
   * @param {any[]} methods
   * @param {any} [policy]
   */
  explainRisk(sessions, methods, policy) {
    return calls().explainRisk(this.#service, sessions, methods, policy);
  }

  /** @param {CheckOptions} [options] */
  async checkConfiguration(options) {
    return await calls().call("checkConfiguration", this.#service, [], options);
  }
}

module.exports = {
  UserMethods,
  calls,
  serviceOf: /** @param {UserMethods} methods */ (methods) => serviceOf(methods),
};
