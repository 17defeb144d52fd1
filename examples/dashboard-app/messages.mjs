// User-facing messages for errors.

import {
  AccountLinkingError,
  AccountProtectionError,
  Auth0ApiError,
  NetworkError,
  RateLimitError,
  SessionNotFoundError,
  TimeoutError,
} from "@archie/auth0-user-security";

const LINKING = {
  state_invalid: "This connection was not started here. Please try again.",
  state_used: "This connection has already been completed. Please try again.",
  state_expired: "That took longer than ten minutes. Please try again.",
  code_rejected: "This connection has already been completed, or took too long. Please try again.",
  same_user: "You are already signed in with that account.",
  provider_mismatch:
    "That account is connected to somebody else, or does not belong to the provider you chose.",
  unverified_email: "The email address of that account is not verified.",
  secondary_blocked: "That account is blocked.",
  secondary_has_identities: "That account has connected accounts of its own.",
  linked_elsewhere: "That account is connected to somebody else.",
  not_linked: "No such account is connected.",
  primary_identity: "This is your main account. It cannot be disconnected.",
  last_method: "This is your only way to sign in. It cannot be disconnected.",
};

const PROTECTION = {
  factor_not_found: "It may have been removed already. Your list shows what is set up now.",
  application_not_found:
    "It may have been removed already. Your list shows which apps have access now.",
  last_factor:
    "Nothing was removed, because it is your last second step. To do without one, remove it again.",
  user_blocked: "Your account is blocked.",
};

const REFUSED = "The sign-in service rejected the request. Please try again later.";
const textOf = (texts, { reason }) => texts[reason] ?? REFUSED;
const isMissing = ({ reason }) => reason.endsWith("_not_found");

/** For the account page: which rule refused. Undefined for any other error, which has a page of its own. */
export function refusalText(error) {
  if (error instanceof AccountLinkingError) return textOf(LINKING, error);
  const isRule = error instanceof AccountProtectionError && !isMissing(error);
  return isRule ? textOf(PROTECTION, error) : undefined;
}

/** For requests that the application itself refuses, in the form of Express's own errors. */
export const refusal = (status) => Object.assign(new Error("Refused"), { status });

/** @returns {{ status: number, title: string, text: string, retryAfter?: number }} */
export function explain(error) {
  if (error instanceof SessionNotFoundError) {
    const text = "It may have ended already. Your list shows where you are signed in now.";
    return { status: 404, title: "There is no such session", text };
  }
  if (error instanceof AccountProtectionError && isMissing(error)) {
    return { status: 404, title: "That is no longer there", text: textOf(PROTECTION, error) };
  }
  const text = refusalText(error);
  if (text) return { status: 409, title: "That is not possible", text };
  if (error instanceof RateLimitError) return busy(error);
  if (error instanceof NetworkError || error instanceof TimeoutError) {
    const text = "It cannot be reached at the moment. Please try again.";
    return { status: 503, title: "The sign-in service is not responding", text };
  }
  if (error instanceof Auth0ApiError) {
    return { status: 502, title: "That did not work", text: REFUSED };
  }
  return explainRequest(error);
}

function busy({ retryAfterMs = 1000 }) {
  const retryAfter = Math.max(1, Math.ceil(retryAfterMs / 1000));
  const wait = retryAfter === 1 ? "a second" : `${retryAfter} seconds`;
  const text = `Please try again in ${wait}.`;
  return { status: 503, title: "The sign-in service is busy", text, retryAfter };
}

/** Errors of Express and its middleware have a status. Their messages may quote the request. */
function explainRequest({ status = 500 }) {
  if (status === 403) {
    const text = "For your safety, you can make changes only on these pages. Nothing was changed.";
    return { status, title: "This request came from another site", text };
  }
  if (status === 404) {
    return { status, title: "Page not found", text: "There is nothing at this address." };
  }
  if (status < 500) {
    return { status, title: "That did not work", text: "Please go back and try again." };
  }
  return { status: 500, title: "Something went wrong", text: "Please try again later." };
}
