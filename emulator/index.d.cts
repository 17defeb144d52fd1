/** The same declarations for `require`, which the compiler reads as CommonJS. */

import type * as declared from "./index.js" with { "resolution-mode": "import" };

export type * from "./index.js" with { "resolution-mode": "import" };

export declare const startTenant: typeof declared.startTenant;
export declare const startProxy: typeof declared.startProxy;
export declare const manySessions: typeof declared.manySessions;
export declare const manyRefreshTokens: typeof declared.manyRefreshTokens;
export declare const manyUsers: typeof declared.manyUsers;
export declare const PEOPLE: typeof declared.PEOPLE;
export declare const SESSIONS: typeof declared.SESSIONS;
export declare const USER_AGENTS: typeof declared.USER_AGENTS;
