// Correct uses of the service, and the exact types that they return.

import {
  type AccessTokenConfig,
  type AccessTokenRequest,
  type Auth0Config,
  Auth0UserSecurityService,
  type CallOptions,
  type ClientAssertion,
  type FindSessionsOptions,
  type ILogger,
  type IUser,
  type RevokeOptions,
  type SessionActor,
  type SessionAuthenticationMethod,
  type UserRef,
  type UserSession,
  type UserSessionRevokeInput,
  VERSION,
} from "@archie/auth0-user-security";
import { expectType } from "./expect.mjs";

const config: Auth0Config = {
  domain: "tenant.eu.auth0.com",
  clientId: "id",
  clientSecret: "secret",
};
const full: Auth0Config = {
  ...config,
  audience: "https://tenant.eu.auth0.com/api/v2/",
  revokeRefreshTokens: "auto",
  emailLookup: "any-case",
  timeoutMs: 30_000,
  attemptTimeoutMs: 10_000,
  maxConnections: 64,
  retry: { maxAttempts: 3, maxDelayMs: 10_000 },
  sharedState: { redisUrl: "redis://localhost:6379", prefix: "mine" },
  tls: { ca: "-----BEGIN CERTIFICATE-----" },
  proxy: "http://proxy.example.com:8080",
  logLevel: "warn",
};

const clientAssertion: ClientAssertion = { privateKey: "-----BEGIN PRIVATE KEY-----" };
const byKey: Auth0Config = {
  domain: "tenant.eu.auth0.com",
  clientId: "id",
  clientAssertion: { ...clientAssertion, keyId: "key", algorithm: "PS256" },
  application: { clientId: "web", clientAssertion },
};
new Auth0UserSecurityService(byKey);
Auth0UserSecurityService.fromEnv({ clientAssertion });

// A token of one's own needs no client id, and no credential beside it.
const byToken: AccessTokenConfig = { domain: "tenant.eu.auth0.com", accessToken: "token" };
new Auth0UserSecurityService(byToken);
new Auth0UserSecurityService({ ...byToken, clientId: "id", accessToken: async () => "token" });
new Auth0UserSecurityService({
  domain: "tenant.eu.auth0.com",
  accessToken: (request) => {
    expectType<AccessTokenRequest>()(request);
    return request.rejected ? "new" : "cached";
  },
});
Auth0UserSecurityService.fromEnv({ accessToken: ({ rejected }) => `${rejected}` });

const logger: ILogger = { warn: () => {}, error: (_message: string, _details?: object) => {} };
new Auth0UserSecurityService(full, logger);
new Auth0UserSecurityService(full, console);
new Auth0UserSecurityService({ ...full, proxy: false });
const service = new Auth0UserSecurityService(config);
{
  await using scoped = new Auth0UserSecurityService(config);
  expectType<Promise<void>>()(scoped[Symbol.asyncDispose]());
}

const user: IUser = { email: "ada@example.com", connection: "google-oauth2" };
declare const anyone: UserRef;
const options: RevokeOptions = {
  signal: AbortSignal.timeout(1000),
  timeoutMs: 5,
  waitUntilGone: true,
};
const call: CallOptions = { timeoutMs: 5 };
const find: FindSessionsOptions = { ...call, currentSessionId: "sid" };
const input: UserSessionRevokeInput = { id: "session" };

// An optional property may be undefined, as a variable often is.
declare const perhaps: string | undefined;
new Auth0UserSecurityService({
  ...config,
  audience: perhaps,
  application: { clientId: "web", clientSecret: perhaps },
  geoip: undefined,
  retry: { maxAttempts: undefined },
  tls: { ca: perhaps },
  proxy: undefined,
});
service.findUserSessions({ sub: perhaps, email: "ada@example.com" }, { currentSessionId: perhaps });
service.revokeAllUserSessions(user, {
  signal: undefined,
  actor: perhaps,
  waitUntilGone: undefined,
});

// Listing accepts every form of a user.
expectType<Promise<UserSession[]>>()(service.findUserSessions("auth0|1"));
expectType<Promise<UserSession[]>>()(service.findUserSessions({ sub: "auth0|1" }, find));
expectType<Promise<UserSession[]>>()(service.findUserSessions(anyone, call));

// By id resolves to nothing; with an object among the arguments, to a boolean.
expectType<Promise<void>>()(service.revokeUserSession("auth0|1", "session"));
expectType<Promise<void>>()(service.revokeUserSession("auth0|1", "session", options));
expectType<Promise<boolean>>()(service.revokeUserSession(user, input));
expectType<Promise<boolean>>()(service.revokeUserSession("auth0|1", input, options));
expectType<Promise<boolean>>()(service.revokeUserSession(user, "session"));

expectType<Promise<void>>()(service.revokeAllUserSessions("auth0|1", options));
expectType<Promise<boolean>>()(service.revokeAllUserSessions(user, options));
// biome-ignore lint/suspicious/noConfusingVoidType: what the two forms return
expectType<Promise<boolean | void>>()(service.revokeAllUserSessions(anyone, options));

expectType<Promise<number>>()(service.revokeOtherUserSessions("auth0|1", "sid"));
expectType<Promise<number>>()(service.revokeOtherUserSessions(user, "sid", options));

// A listed session can be passed to be revoked.
const [session] = await service.findUserSessions(user);
if (session) {
  await service.revokeUserSession(user, session);
  expectType<string>()(session.id);
  expectType<string>()(session.userId);
  expectType<string>()(session.clientId);
  expectType<string[]>()(session.clientIds);
  expectType<Date>()(session.createdAt);
  expectType<Date>()(session.updatedAt);
  expectType<Date | undefined>()(session.authenticatedAt);
  expectType<Date | undefined>()(session.lastActivityAt);
  expectType<Date | undefined>()(session.expiresAt);
  expectType<Date | undefined>()(session.idleExpiresAt);
  expectType<string>()(session.browser);
  expectType<string>()(session.os);
  expectType<string>()(session.platform);
  expectType<string>()(session.name);
  expectType<string>()(session.address);
  expectType<string | undefined>()(session.initialAddress);
  expectType<string | undefined>()(session.asn);
  expectType<string | undefined>()(session.initialAsn);
  expectType<string | undefined>()(session.initialOs);
  expectType<string | undefined>()(session.userAgent);
  expectType<string | undefined>()(session.country);
  expectType<string | undefined>()(session.city);
  expectType<boolean>()(session.current);
  expectType<boolean | undefined>()(session.persistent);
  expectType<SessionAuthenticationMethod[]>()(session.authenticationMethods);
  expectType<Record<string, string> | undefined>()(session.metadata);
  expectType<SessionActor | undefined>()(session.actor);
  expectType<string | undefined>()(session.actor?.sub);
  expectType<string | number | boolean | undefined>()(session.actor?.claims.ticket);
  // Editors complete known kinds, and later ones are still accepted.
  const device: string = session.device;
  const isPhone: boolean = session.device === "Mobile";
  const method: SessionAuthenticationMethod = { name: "mfa", type: "totp", at: new Date() };
  void [device, isPhone, method];
}

expectType<string>()(VERSION);
