import * as library from "@archie/auth0-user-security";
import flow from "./flow.cjs";

await flow(library);
