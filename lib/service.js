"use strict";

// The class that callers see.

/**
 * @import { Auth0Config, CallOptions, ILogger, UserSelector } from "../index.d.ts"
 * @import { AuditOptions, EmergencyOptions, FleetOptions, FleetUsers } from "../index.d.ts"
 * @import { BulkRevokeOptions, BulkTicketOptions, Auth0UserSecurityService as Declared } from "../index.d.ts"
 * @import { FleetMethod } from "../types/core.d.ts"
 */

const { own } = require("./own.js");
const { UserMethods, calls, serviceOf } = require("./user-methods.js");

/** @implements {Declared} */
class Auth0UserSecurityService extends UserMethods {
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
      ...given(overrides),
    };
    return new this(config, logger);
  }

  /**
   * @param {FleetUsers} users
   * @param {BulkRevokeOptions} [options]
   */
  bulkRevokeUserSessions(users, options) {
    return fleet(this, "bulkRevokeUserSessions", users, options);
  }

  /**
   * @param {FleetUsers} users
   * @param {FleetOptions} [options]
   */
  bulkBlockUsers(users, options) {
    return fleet(this, "bulkBlockUsers", users, options);
  }

  /**
   * @param {FleetUsers} users
   * @param {BulkTicketOptions} [options]
   */
  bulkGeneratePasswordChangeTickets(users, options) {
    return fleet(this, "bulkGeneratePasswordChangeTickets", users, options);
  }

  /**
   * @param {FleetUsers} users
   * @param {AuditOptions} [options]
   */
  generateSecurityAuditReport(users, options) {
    return fleet(this, "generateSecurityAuditReport", users, options);
  }

  /**
   * @param {FleetUsers} users
   * @param {EmergencyOptions} options
   */
  emergencySecurityResponse(users, options) {
    return fleet(this, "emergencySecurityResponse", users, options);
  }

  /**
   * @param {UserSelector} selector
   * @param {CallOptions} [options]
   */
  selectUsers(selector, options) {
    const { UserSelection } = /** @type {typeof import("./fleet/selection.js")} */ (
      require("./fleet/selection.js")
    );
    return new UserSelection(serviceOf(this), selector, options);
  }

  async close() {
    await calls().closeService(serviceOf(this));
  }

  async [Symbol.asyncDispose]() {
    await this.close();
  }
}

/**
 * Loaded with the first run.
 * @param {InstanceType<typeof UserMethods>} methods
 * @param {FleetMethod} method
 * @param {FleetUsers} users
 * @param {FleetOptions} [options]
 * @returns {any}
 */
function fleet(methods, method, users, options) {
  const { FleetRun } = /** @type {typeof import("./fleet/run.js")} */ (require("./fleet/run.js"));
  return new FleetRun({ service: serviceOf(methods), method, users, options });
}

/**
 * Without what is undefined, which must not replace a variable.
 * @param {Partial<Auth0Config>} [overrides]
 */
const given = (overrides) =>
  Object.fromEntries(Object.entries(overrides ?? {}).filter(([, value]) => value !== undefined));

module.exports = { Auth0UserSecurityService };
