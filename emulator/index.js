export { startProxy } from "./src/proxy.js";
export { PEOPLE, SESSIONS } from "./src/seed/default.js";
export { manyRefreshTokens, manySessions, manyUsers } from "./src/seed/factories.js";
export { USER_AGENTS } from "./src/seed/user-agents.js";
export { startTenant } from "./src/tenant.js";
