// The blocks of the original package's README as modules: unchanged, in an order in which later ones build
// on earlier ones, between lines that only import what a block assumes and export what it defines.

import { originalBlocks } from "./original-readme.mjs";

const MODULES = {
  "basic-usage.ts": ["Basic Usage"],
  "examples.ts": [
    "Complete Session Management",
    "Authentication Methods Management",
    "Password Management",
    "Account Connection URL Generation",
    "Complete User Security Dashboard",
  ],
  "bulk.ts": ["Bulk Operations and Advanced Examples"],
  "signatures.ts": ["Constructor", "Methods: signatures"],
  "reference.ts": ["Methods"],
  "session.ts": ["UserSession"],
  "method.ts": ["UserAuthenticationMethod"],
  "provider.ts": ["UserAuthenticationMethodProvider"],
  "nestjs.ts": ["NestJS Example"],
  "express.ts": ["Express Example"],
  "error-handling.ts": ["Error Handling"],
};

const PACKAGE = '"@archie/auth0-user-security"';
const service = 'import { userSecurityService } from "./service.js";';

/** Lines before and after the blocks of a module. */
const FRAMES = {
  "examples.ts": {
    after: `export {
      getUserSessionsWithDetails, revokeSpecificSession, revokeAllUserSessions,
      revokeAllOtherSessions, displayUserAuthMethods, connectSecondaryAccount,
      disconnectSecondaryAccount, hasAuthenticationMethod, initiatePasswordChange,
      generateAccountConnectionUrl, completeOAuthFlow, getUserSecurityDashboard
    };`,
  },
  "bulk.ts": {
    // The block subtracts values that `Object.entries` returns for `{}`, which are `unknown`.
    before: `
      declare global {
        interface ObjectConstructor { entries(value: object): [string, any][] }
      }
      ${service}
      import type { IUser, UserAuthenticationMethod, UserSession } from ${PACKAGE};`,
    after: `export {
      bulkRevokeUserSessions, generateSecurityAuditReport, calculateRiskLevel,
      emergencySecurityResponse
    };`,
  },
  "signatures.ts": {
    before: `
      import {
        Auth0UserSecurityService, type Auth0Config, type ILogger, type UserAuthenticationMethod,
        type UserAuthenticationMethodProvider, type UserSession
      } from ${PACKAGE};
      export declare class Documented {`,
    after: `}
      export const offered: new (config: Auth0Config, logger?: ILogger) => Documented =
        Auth0UserSecurityService;`,
  },
  "session.ts": {
    before: `import type * as offered from ${PACKAGE};`,
    after: "export const documented = (session: offered.UserSession): UserSession => session;",
  },
  "method.ts": {
    before: `
      import type * as offered from ${PACKAGE};
      import type { UserAuthenticationMethodProvider } from ${PACKAGE};`,
    // Beyond the documented five, a provider passes through under its Auth0 name.
    after: `
      type Known = offered.UserAuthenticationMethod & { provider: UserAuthenticationMethodProvider };
      export const documented = (method: Known): UserAuthenticationMethod => method;`,
  },
  "provider.ts": {
    before: `import * as offered from ${PACKAGE};`,
    after: `
      type Values = \`\${UserAuthenticationMethodProvider}\`;
      const documented: Values = offered.UserAuthenticationMethodProvider.GOOGLE;
      const back: \`\${offered.UserAuthenticationMethodProvider}\` = documented as Values;
      export { UserAuthenticationMethodProvider, back };`,
  },
  "express.ts": { after: "export { app };" },
  "reference.ts": { before: service },
  "error-handling.ts": { before: service },
};

const serviceModule = `
  import { Auth0UserSecurityService } from ${PACKAGE};
  export const userSecurityService = Auth0UserSecurityService.fromEnv();
`;

/** Sources by file name, the blocks within them unchanged. */
export function originalModules() {
  const modules = Object.entries(MODULES).map(([name, headings]) => {
    const code = originalBlocks
      .filter((block) => headings.includes(headingOf(block)))
      .map((block) => block.code);
    const { before = "", after = "" } = FRAMES[name] ?? {};
    return [name, [before, ...code, after].join("\n")];
  });
  return { "service.ts": serviceModule, ...Object.fromEntries(modules) };
}

/** Blocks that are in no module. */
export function blocksLeftOut() {
  const known = Object.values(MODULES).flat();
  return originalBlocks.filter((block) => !known.includes(headingOf(block)));
}

function headingOf({ heading, code }) {
  const isSignature = heading === "Methods" && /^\w+\(/.test(code);
  return isSignature ? "Methods: signatures" : heading;
}
