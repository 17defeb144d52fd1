import { PageError } from "../errors.js";
import { peek } from "../tokens.js";
import { isAllowedRedirect, withQuery } from "./redirects.js";
import { cookieLine, readCookie, readCookieSession } from "./sso.js";

/** GET /v2/logout and /oidc/logout: ends the browser's session, then goes where it is allowed to. */
export async function logout(core, request, reply, target, { hint, state }) {
  const { aud } = hint === undefined ? {} : await readHint(core, request, hint);
  const clientId = request.query.client_id ?? aud;
  const clients = core.store.clients.values();
  const allowed = clients
    .filter((client) => clientId === undefined || client.client_id === clientId)
    .flatMap((client) => client.allowed_logout_urls);
  if (target !== undefined && !isAllowedRedirect(allowed, target)) {
    throw new PageError(
      400,
      "Oops!, something went wrong",
      `The logout URL is not allowed: ${target}`,
    );
  }
  endSession(core, request);
  reply.header("set-cookie", cookieLine(core, "", "; Max-Age=0"));
  if (target === undefined) return reply.type("text/plain; charset=utf-8").send("OK");
  return reply.redirect(
    state === undefined ? target : withQuery(target, new URLSearchParams({ state })),
  );
}

/** An ID token of this tenant, of any age. */
async function readHint(core, request, hint) {
  const claims = await core.tokens.verify(hint).catch(({ reason }) => {
    return reason === "expired" ? peek(hint) : {};
  });
  if (claims.iss === core.issuerFor(request)) return claims;
  throw new PageError(400, "Oops!, something went wrong", "The id_token_hint is not valid");
}

function endSession(core, request) {
  const session = readCookieSession(core, request);
  if (session) {
    core.store.sessions.delete(session.id);
    core.log("slo", { user_id: session.user_id, details: { session_id: session.id } }, request);
  }
  core.store.cookies.delete(readCookie(request));
}
