// The README's TypeScript, and other correct code, under the strictest rules of typescript-eslint: the declarations
// provoke no complaint that the code's author could not avoid.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { consumer } from "../../test-support/consumer.mjs";
import { moduleOf } from "../../test-support/markdown.mjs";
import { readDocument } from "../../test-support/repository.mjs";
import { installDependencies } from "../lib/install.mjs";

/** What documents do, and programs should not. */
const STYLE_OF_DOCUMENTS = {
  "@typescript-eslint/no-non-null-assertion": "off",
  "@typescript-eslint/no-unused-vars": "off",
  "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
};

/** An id, a user or a provider may be of any type that fits. */
const CALLS = `
import { Auth0UserSecurityService, type ConnectionUrlOptions, type IUser, type ProviderName, type UserRef }
  from "@archie/auth0-user-security";

export async function all(service: Auth0UserSecurityService, sub: string, someone: UserRef, user: IUser) {
  const options = { timeoutMs: 5 };
  await service.findUserSessions({ sub });
  await service.findUserSessions({ sub: "auth0|1" }, options);
  await service.findUserSessions(someone);
  await service.revokeUserSession({ sub }, "session");
  await service.revokeUserSession({ sub }, { id: "session" }, options);
  await service.revokeAllUserSessions({ sub });
  await service.revokeAllUserSessions(someone);
  await service.revokeOtherUserSessions({ sub }, "session", { requireCurrent: true });
  await service.findUserAuthenticationMethods({ sub });
  await service.connectSecondaryAccount({ sub }, "https://a.example", "code", { state: "state" });
  await service.connectSecondaryAccount({ sub }, "github", "token");
  await service.disconnectSecondaryAccount({ sub }, { id: "1", provider: "github" });
  await service.disconnectSecondaryAccount({ sub }, "github", "1");
  await service.generatePasswordChangeTicket({ sub });
  await service.blockUser({ sub });
  await service.removeUserFactor({ sub }, { id: "totp|dev_1" }, { allowLast: true });
  await service.endUserAccess({ sub }, { include: ["block"] });
  await service.limitUserSessions(someone, { max: 1 });
  await service.generatePasswordChangeTicket({ sub }, "https://a.example", options);
  await service.generatePasswordChangeTicket(someone, options);
  await service.getUserSecurityDashboard({ sub });
  const owner: IUser = { sub: "auth0|1" };
  return [user, owner.sub, typeof someone === "string" ? someone : someone.sub];
}

export function urls(service: Auth0UserSecurityService, provider: ProviderName, callback: string, sub: string) {
  const bound: ConnectionUrlOptions<IUser> = { user: { sub } };
  return [
    service.generateAccountConnectionUrl(provider, callback),
    service.generateAccountConnectionUrl("facebook", callback, { user: { sub } }),
    service.generateAccountConnectionUrl("github", callback, bound),
  ].map((ticket) => ticket.redirect);
}
`;

let tools;

before(async () => {
  installDependencies("scripts/docs");
  const [{ ESLint }, { default: typescript }] = await Promise.all([
    import("eslint"),
    import("typescript-eslint"),
  ]);
  tools = { ESLint, typescript };
});

/** What the linter says about a module, in the project of a user. */
async function complaints(t, source) {
  const options = {
    noEmit: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
  };
  const { directory } = consumer(t, { "program.ts": source }, options);
  const { ESLint, typescript } = tools;
  const eslint = new ESLint({
    cwd: directory,
    overrideConfigFile: true,
    overrideConfig: [
      ...typescript.configs.strictTypeChecked,
      {
        languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: directory } },
        rules: STYLE_OF_DOCUMENTS,
      },
    ],
  });
  const [{ messages }] = await eslint.lintFiles("program.ts");
  return messages.map(({ line, ruleId, message }) => `${line}: ${ruleId}: ${message}`);
}

test("the README's code has no complaint", async (t) => {
  assert.deepEqual(await complaints(t, moduleOf(readDocument("README.md"))), []);
});

test("calls in every form have no complaint, such as that the key sub is deprecated", async (t) => {
  assert.deepEqual(await complaints(t, CALLS), []);
});

test("only IUser spares a declared object the complaint: one about any union with string names String.sub", async (t) => {
  const declared = (type) => `
    import type { IUser, UserRef } from "@archie/auth0-user-security";
    type ById = { readonly sub: string } & { readonly email?: never };
    export const user: ${type} = { sub: "auth0|1" };
    export type Types = [IUser, UserRef, ById];`;
  assert.deepEqual(await complaints(t, declared("IUser")), []);
  for (const type of ["UserRef", "string | ById", "ById | (string & {})"]) {
    const [found = ""] = await complaints(t, declared(type));
    assert.match(found, /no-deprecated/, type);
  }
});

test("the rules are in force", async (t) => {
  const [found = ""] = await complaints(t, 'console.log("a".sub());');
  assert.match(found, /no-deprecated/);
});
