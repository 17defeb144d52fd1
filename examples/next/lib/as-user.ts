// Wraps all routes: handles missing logins, and maps errors to responses.

import {
  Auth0ApiError,
  RateLimitError,
  SessionNotFoundError,
  UserNotFoundError,
} from "@archie/auth0-user-security";
import { type Login, login } from "./login";

/** Runs a route for the signed-in user, until the client disconnects. */
export async function asUser(
  { signal }: Request,
  route: (user: Login, signal: AbortSignal) => Promise<Response>,
): Promise<Response> {
  const user = await login();
  if (!user) return Response.json({ error: "Please sign in." }, { status: 401 });
  try {
    return await route(user, signal);
  } catch (error) {
    // The client disconnected and the call was cancelled. This response is never read.
    if (signal.aborted) return new Response(null, { status: 499 });
    return explain(error);
  }
}

function explain(error: unknown): Response {
  if (error instanceof SessionNotFoundError || error instanceof UserNotFoundError) {
    return Response.json({ error: "There is no such session." }, { status: 404 });
  }
  if (error instanceof RateLimitError) {
    const seconds = Math.ceil((error.retryAfterMs ?? 1000) / 1000);
    const headers = { "Retry-After": String(seconds) };
    return Response.json({ error: "Please try again later." }, { status: 503, headers });
  }
  if (error instanceof Auth0ApiError) {
    return Response.json({ error: "Please try again later." }, { status: 502 });
  }
  // Next.js logs it and responds with 500.
  throw error;
}
