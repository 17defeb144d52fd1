/** @import { SeedClient } from "../../index.js" */

/** An API that every tenant has besides the Management API. */
export const EXAMPLE_API = "https://api.example.com";

/**
 * The application of the default seed, besides the one that every tenant has.
 * @satisfies {SeedClient & { client_id: string }}
 */
export const MOBILE_APP = {
  client_id: "Kb3Dz8mQ2xWv5LtN7yPc4RsJ9fHg6TeA",
  name: "Mobile App",
  token_endpoint_auth_method: "none",
  callbacks: ["com.example.app://callback"],
};
