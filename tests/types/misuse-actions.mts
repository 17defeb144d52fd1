// Uses of linking, tickets and reports that must not compile.

import {
  type Auth0Config,
  Auth0UserSecurityService,
  UserAuthenticationMethodProvider,
} from "@archie/auth0-user-security";

const config = { domain: "tenant.eu.auth0.com", clientId: "id", clientSecret: "secret" };
const service = new Auth0UserSecurityService(config);
const callback = "https://app.example.com/callback";
const { GOOGLE } = UserAuthenticationMethodProvider;

// @ts-expect-error a service is configured by settings, not by a bare path
const path: Auth0Config = { ...config, geoip: "city.mmdb" };
// @ts-expect-error a Redis is an object with a URL
const unshared: Auth0Config = { ...config, sharedState: { prefix: "mine" } };
// @ts-expect-error origins are a list
const origins: Auth0Config = { ...config, allowedRedirectOrigins: "https://app.example.com" };
// @ts-expect-error the web application has a client id
const nameless: Auth0Config = { ...config, application: { clientSecret: "s" } };
// @ts-expect-error overrides must be settings
Auth0UserSecurityService.fromEnv({ timeoutMS: 5 });

// @ts-expect-error the redirect URL is missing
service.generateAccountConnectionUrl(GOOGLE);
// @ts-expect-error a promise of a URL, because the first argument is the id of a user
const early: { redirect: string } = service.generateAccountConnectionUrl("auth0|1", "facebook");
// @ts-expect-error the asynchronous form is already bound to its user
service.generateAccountConnectionUrl("auth0|1", GOOGLE, { user: "auth0|2" });
// @ts-expect-error parameters are strings
service.generateAccountConnectionUrl(GOOGLE, callback, { authorizationParams: { max_age: 5 } });
// @ts-expect-error the two forms return different types
const url: string = service.generateAccountConnectionUrl(GOOGLE, callback);

// @ts-expect-error the code is missing
service.connectSecondaryAccount("auth0|1", callback);
declare const query: { state?: string };
// @ts-expect-error a callback without its state must not look like one that never had any
service.connectSecondaryAccount("auth0|1", callback, "code", { state: query.state });
// @ts-expect-error the state is a string
service.connectSecondaryAccount("auth0|1", callback, "code", { state: 5 });
// @ts-expect-error the provider is missing
service.disconnectSecondaryAccount("auth0|1", { id: "1" });
// @ts-expect-error the id is missing
service.disconnectSecondaryAccount("auth0|1", GOOGLE);

// @ts-expect-error the option has another name, with seconds
service.generatePasswordChangeTicket("auth0|1", { ttl: 60 });
// @ts-expect-error by object returns a ticket, not a URL
const link: string = await service.generatePasswordChangeTicket({ email: "a@example.com" });

// @ts-expect-error the methods are missing
service.assessRisk([]);
// @ts-expect-error there is no such level
service.assessRisk([], [], () => "enormous");
// @ts-expect-error there is no such signal
service.explainRisk([], [], { signals: { vpn: 1 } });
// @ts-expect-error weights are numbers
service.explainRisk([], [], { signals: { bot: true } });
// @ts-expect-error a level alone explains nothing
service.explainRisk([], [], () => "high");
// @ts-expect-error only security actions have an actor
service.getUserSecurityDashboard("auth0|1", { actor: "me" });
// @ts-expect-error the members of the enum are fixed
UserAuthenticationMethodProvider.GOOGLE = "github";

void [path, early, unshared, origins, nameless, url, link];
