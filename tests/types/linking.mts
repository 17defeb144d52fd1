// Sign-in methods, connecting and disconnecting, password tickets: both call forms, with exact types.

import {
  AccountLinkingError,
  type ActionOptions,
  type Auth0Config,
  Auth0UserSecurityService,
  type ConnectionUrlOptions,
  type ConnectOptions,
  type IUser,
  type LinkingReason,
  type PasswordTicketOptions,
  type ProviderName,
  type UserAccountChangePasswordTicket,
  type UserAccountConnectionTicket,
  type UserAuthenticationMethod,
  type UserAuthenticationMethodDisconnectInput,
  UserAuthenticationMethodProvider,
  type UserRef,
} from "@archie/auth0-user-security";
import { expectType } from "./expect.mjs";

const config: Auth0Config = {
  domain: "tenant.eu.auth0.com",
  clientId: "id",
  clientSecret: "secret",
  customDomain: "login.example.com",
  application: { clientId: "web" },
  databaseConnection: "Users",
  redirectUri: "https://app.example.com/callback",
  allowedRedirectOrigins: ["https://app.example.com"],
  passwordTicketTtlSeconds: 3600,
  requireLinkState: true,
};
const service = new Auth0UserSecurityService(config);
const user: IUser = { email: "ada@example.com" };
declare const anyone: UserRef;
const callback = "https://app.example.com/callback";
const action: ActionOptions = { actor: "support", timeoutMs: 5, signal: AbortSignal.timeout(5) };

type Methods = Promise<UserAuthenticationMethod[]>;
expectType<Methods>()(service.findUserAuthenticationMethods("auth0|1"));
expectType<Methods>()(service.findUserAuthenticationMethods(user, { timeoutMs: 5 }));

const { GOOGLE, GITHUB, MICROSOFT, APPLE, EMAIL_PASSWORD } = UserAuthenticationMethodProvider;
const values: `${UserAuthenticationMethodProvider}`[] = [
  GOOGLE,
  GITHUB,
  MICROSOFT,
  APPLE,
  EMAIL_PASSWORD,
  "google-oauth2",
  "email-password",
];
const names: ProviderName[] = [GOOGLE, "samlp", ...values];

// The synchronous form returns a ticket, the asynchronous form resolves to a URL.
const bound: ConnectionUrlOptions = {
  user,
  connection: "github",
  scope: "openid",
  prompt: "login",
  authorizationParams: { login_hint: "ada" },
};
expectType<UserAccountConnectionTicket>()(service.generateAccountConnectionUrl(GOOGLE, callback));
expectType<UserAccountConnectionTicket>()(
  service.generateAccountConnectionUrl("github", callback, bound),
);
expectType<Promise<string>>()(service.generateAccountConnectionUrl("auth0|1", GITHUB));
expectType<Promise<string>>()(service.generateAccountConnectionUrl("auth0|1", "github"));
expectType<Promise<string>>()(service.generateAccountConnectionUrl(user, GITHUB, { prompt: "x" }));
// Any provider, and a redirect URL that is known only at run time.
declare const provider: ProviderName;
declare const address: string;
type Ticket = UserAccountConnectionTicket;
expectType<Ticket>()(service.generateAccountConnectionUrl(provider, address));
expectType<Ticket>()(service.generateAccountConnectionUrl(provider, callback, bound));
expectType<Ticket>()(service.generateAccountConnectionUrl("facebook", address));
expectType<Ticket>()(
  service.generateAccountConnectionUrl("facebook", callback, { prompt: address }),
);
expectType<Ticket>()(service.generateAccountConnectionUrl("github", address));
expectType<Promise<string>>()(service.generateAccountConnectionUrl("auth0|1", "facebook"));
expectType<Promise<string>>()(service.generateAccountConnectionUrl(user, provider));
expectType<Promise<string>>()(service.generateAccountConnectionUrl(anyone, GITHUB));

const ticket = service.generateAccountConnectionUrl(GOOGLE, callback);
expectType<string>()(ticket.redirect);
expectType<string>()(ticket.state);
expectType<string>()(ticket.nonce);
expectType<Date>()(ticket.expiresAt);

const connect: ConnectOptions = { ...action, state: ticket.state, allowUnverifiedEmail: false };
expectType<Methods>()(service.connectSecondaryAccount(user, callback, "code"));
expectType<Methods>()(service.connectSecondaryAccount("auth0|1", callback, "code", connect));
expectType<Methods>()(service.connectSecondaryAccount("auth0|1", GOOGLE, "token", action));
expectType<Methods>()(service.connectSecondaryAccount(user, "samlp", "token"));

const input: UserAuthenticationMethodDisconnectInput = { id: "1", provider: GITHUB };
expectType<Methods>()(service.disconnectSecondaryAccount(user, input, action));
expectType<Methods>()(service.disconnectSecondaryAccount("auth0|1", GITHUB, "1"));
expectType<Methods>()(service.disconnectSecondaryAccount("auth0|1", "samlp", "1", action));

// A listed method can be passed to be disconnected.
const [method] = await service.findUserAuthenticationMethods(user);
if (method) {
  await service.disconnectSecondaryAccount(user, method);
  expectType<string>()(method.id);
  expectType<string>()(method.userId);
  expectType<string>()(method.connection);
  expectType<boolean>()(method.isSocial);
  expectType<string>()(method.username);
  expectType<string | undefined>()(method.email);
  expectType<boolean | undefined>()(method.emailVerified);
  expectType<string | undefined>()(method.name);
  expectType<string | undefined>()(method.picture);
  expectType<boolean>()(method.isPrimary);
  // biome-ignore lint/suspicious/noExplicitAny: as the original package's README declares it
  expectType<Record<string, any>>()(method.profileData);
  // A provider can be compared with a member, its value and any other name.
  const named: string = method.provider;
  const isKnown: boolean = method.provider === GOOGLE || method.provider === "email-password";
  const isOther: boolean = method.provider === "samlp";
  void [named, isKnown, isOther];
}

const options: PasswordTicketOptions = {
  ...action,
  ttlSeconds: 60,
  clientId: "web",
  organizationId: "org_1",
  includeEmailInRedirect: true,
  markEmailAsVerified: false,
};
expectType<Promise<string>>()(service.generatePasswordChangeTicket("auth0|1"));
expectType<Promise<string>>()(service.generatePasswordChangeTicket("auth0|1", callback));
expectType<Promise<string>>()(service.generatePasswordChangeTicket("auth0|1", options));
type PasswordTicket = UserAccountChangePasswordTicket;
expectType<Promise<PasswordTicket>>()(service.generatePasswordChangeTicket(user));
expectType<Promise<PasswordTicket>>()(
  service.generatePasswordChangeTicket(user, callback, options),
);
expectType<Promise<PasswordTicket>>()(service.generatePasswordChangeTicket(user, options));
expectType<Promise<PasswordTicket | string>>()(service.generatePasswordChangeTicket(anyone));
expectType<Promise<PasswordTicket | string>>()(
  service.generatePasswordChangeTicket(anyone, callback, options),
);
const { redirect, expiresAt } = await service.generatePasswordChangeTicket(user);
expectType<string>()(redirect);
expectType<Date>()(expiresAt);

declare const caught: unknown;
if (caught instanceof AccountLinkingError) {
  expectType<LinkingReason>()(caught.reason);
  expectType<boolean>()(caught.reason === "last_method");
}

void [values, names];
