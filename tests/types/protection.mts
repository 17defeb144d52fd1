// Correct uses of the methods that defend an account, the exact types that they return, and wrong uses.

import {
  type AccessEnded,
  AccountProtectionError,
  type ApplicationDevice,
  type Auth0UserSecurityService,
  type BlockedUser,
  type CheckOptions,
  type EmailVerificationTicket,
  type EndAccessOptions,
  type IUser,
  type ProtectionReason,
  type UnblockedUser,
  type UserApplication,
  type UserBlock,
  type UserFactor,
  type UserRef,
  type VerificationEmail,
} from "@archie/auth0-user-security";
import { expectType } from "./expect.mjs";

export async function uses(service: Auth0UserSecurityService, user: UserRef, person: IUser) {
  const actor = "admin";
  expectType<BlockedUser>()(await service.blockUser(user, { actor }));
  expectType<"ended" | "live" | "unknown">()((await service.blockUser(person)).sessions);
  expectType<UnblockedUser>()(await service.unblockUser({ email: "ada@example.com" }));
  expectType<UserBlock[]>()(await service.findUserBlocks("auth0|1"));
  expectType<number>()(await service.clearUserBlocks(user, { actor }));

  const factors = await service.findUserFactors(person);
  expectType<UserFactor[]>()(factors);
  for (const factor of factors) {
    expectType<UserFactor[]>()(await service.removeUserFactor(user, factor, { allowLast: true }));
    expectType<Date | undefined>()(factor.lastUsedAt);
  }
  await service.removeUserFactor(user, "totp|dev_1");
  expectType<number>()(await service.removeAllUserFactors(user, { allowLast: true, actor }));

  const applications = await service.findUserApplications(user, { includeTokenIds: true });
  expectType<UserApplication[]>()(applications);
  for (const application of applications) {
    expectType<number>()(await service.revokeUserApplication(user, application));
    expectType<ApplicationDevice[]>()(application.devices);
  }
  await service.revokeUserApplication(user, "client", { waitUntilGone: true });

  expectType<number>()(await service.limitUserSessions(user, { max: 3, keep: ["a"] }));
  const options: EndAccessOptions = { include: ["block", "sessions"] };
  expectType<AccessEnded>()(await service.endUserAccess(user, options));
  expectType<EmailVerificationTicket>()(await service.generateEmailVerificationTicket(user));
  expectType<VerificationEmail>()(await service.sendVerificationEmail(user, { clientId: "web" }));
  const check: CheckOptions = { methods: ["blockUser", "findUserFactors"] };
  await service.checkConfiguration(check);
}

export function reasonOf(error: unknown): ProtectionReason | undefined {
  return error instanceof AccountProtectionError ? error.reason : undefined;
}

export async function edges(service: Auth0UserSecurityService) {
  // @ts-expect-error: a limit is required
  await service.limitUserSessions("auth0|1");
  // @ts-expect-error: what to end is required
  await service.endUserAccess("auth0|1", {});
  // @ts-expect-error: not a kind of access
  await service.endUserAccess("auth0|1", { include: ["tokens"] });
  // @ts-expect-error: a factor is required
  await service.removeUserFactor("auth0|1");
  const kinds = ["block"] as const;
  await service.endUserAccess("auth0|1", { include: kinds });
  // @ts-expect-error: needs no scope
  await service.checkConfiguration({ methods: ["close"] });
  // @ts-expect-error: a method that does not exist
  await service.checkConfiguration({ methods: ["revokeEverything"] });
}
