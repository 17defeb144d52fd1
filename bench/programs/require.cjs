// Milliseconds that loading the package takes.

const start = performance.now();
require("@archie/auth0-user-security");
process.send(performance.now() - start, () => process.disconnect());
