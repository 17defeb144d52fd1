// Uses that must not compile: the compiler reports an error where one is missing.

import {
  type Auth0Config,
  Auth0UserSecurityService,
  ConfigurationError,
  type ILogger,
  type UserSession,
} from "@archie/auth0-user-security";

const config = { domain: "tenant.eu.auth0.com", clientId: "id", clientSecret: "secret" };
const service = new Auth0UserSecurityService(config);

// @ts-expect-error a service needs a configuration
new Auth0UserSecurityService();
// @ts-expect-error the application's client id is missing
new Auth0UserSecurityService({ domain: "tenant.eu.auth0.com", clientSecret: "secret" });
// @ts-expect-error a token takes the place of credentials
new Auth0UserSecurityService({ domain: "t", accessToken: "token", clientSecret: "secret" });
// @ts-expect-error a function returns a token
new Auth0UserSecurityService({ domain: "t", accessToken: () => 5 });
// @ts-expect-error a key is a setting of clientAssertion
const bare: Auth0Config = { ...config, clientAssertion: "-----BEGIN PRIVATE KEY-----" };
// @ts-expect-error clientAssertion needs its key
const keyless: Auth0Config = { ...config, clientAssertion: { keyId: "key" } };
// @ts-expect-error Auth0 accepts no symmetric algorithm there
const shared: Auth0Config = { ...config, clientAssertion: { privateKey: "", algorithm: "HS256" } };
// @ts-expect-error an unknown setting is a typing error here and a ConfigurationError at run time
const misspelt: Auth0Config = { ...config, timeoutMS: 5 };
// @ts-expect-error there is no such level
const loud: Auth0Config = { ...config, logLevel: "loud" };
// @ts-expect-error "auto", true or false
const sometimes: Auth0Config = { ...config, revokeRefreshTokens: "sometimes" };
// @ts-expect-error "exact" or "any-case"
const folded: Auth0Config = { ...config, emailLookup: "anyCase" };
// @ts-expect-error a logger has at least warn and error
const mute: ILogger = { error: () => {} };

// @ts-expect-error a user is an id or an object
service.findUserSessions(63);
// @ts-expect-error a user has one of sub, id, user_id or email
service.findUserSessions({ mail: "ada@example.com" });
// @ts-expect-error the session is missing
service.revokeUserSession("auth0|1");
// @ts-expect-error a session has an id
service.revokeUserSession("auth0|1", { sessionId: "s" });
// @ts-expect-error the session to keep is missing
service.revokeOtherUserSessions("auth0|1");
// @ts-expect-error currentSessionId is an option of lists only
service.revokeAllUserSessions("auth0|1", { currentSessionId: "sid" });
// @ts-expect-error by id returns no boolean
const success: boolean = await service.revokeUserSession("auth0|1", "session");

declare const session: UserSession;
// @ts-expect-error the time of last use may be unknown
const lastUse: Date = session.lastActivityAt;
// @ts-expect-error the fields of errors are read-only
new ConfigurationError("").code = "ERR_OTHER";

void [bare, keyless, shared, misspelt, loud, sometimes, folded, mute, success, lastUse];
