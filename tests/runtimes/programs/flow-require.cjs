const library = require("@archie/auth0-user-security");
const flow = require("./flow.cjs");

flow(library);
