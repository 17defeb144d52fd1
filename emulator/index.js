export { startProxy } from "./src/proxy.js";
export { manyRefreshTokens, manySessions, manyUsers } from "./src/seed/factories.js";
export { PEOPLE, SESSIONS } from "./src/seed/people.js";
export { USER_AGENTS } from "./src/seed/user-agents.js";
export { startTenant } from "./src/tenant.js";
