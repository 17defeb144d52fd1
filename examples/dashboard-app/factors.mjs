// What second factors and passkeys are called, and which of them confirm a sign-in.

const NAMES = new Map([
  ["totp", "Authenticator app"],
  ["push", "Notification to an app"],
  ["guardian", "Guardian app"],
  ["phone", "Phone"],
  ["email", "Email"],
  ["email-verification", "Verified email"],
  ["passkey", "Passkey"],
  ["webauthn-roaming", "Security key"],
  ["webauthn-platform", "Fingerprint or face"],
  ["recovery-code", "Recovery code"],
]);
/** How a user signs in, or gets in without any factor: neither protects a sign-in. */
const NO_SECOND_STEP = ["password", "recovery-code"];

export const factorKind = ({ type }) => NAMES.get(type) ?? type;

/** "MacBook"; empty if it adds nothing to the kind, such as "Phone" to a phone. */
function givenName({ type, name = "" }) {
  return factorKind({ type }).toLowerCase().startsWith(name.toLowerCase()) ? "" : name;
}

const ending = (phoneNumber) => `ending in ${phoneNumber.replace(/^X+/, "")}`;

/** What distinguishes a factor from others of its kind, such as "Number ending in 5044"; possibly nothing. */
export function factorDetail(factor) {
  const { email, phoneNumber } = factor;
  const known = [givenName(factor), email, phoneNumber && `Number ${ending(phoneNumber)}`];
  return known.filter(Boolean).join(", ");
}

/** "passkey “MacBook”", within a sentence. */
export function factorName(factor) {
  const { type, email, phoneNumber } = factor;
  const kind = factorKind(factor);
  const name = givenName(factor);
  const lowered = NAMES.has(type) ? kind[0].toLowerCase() + kind.slice(1) : kind;
  const detail = name ? `“${name}”` : email || (phoneNumber && ending(phoneNumber));
  return [lowered, detail].filter(Boolean).join(" ");
}

const confirmsSignIns = ({ type, confirmed }) => confirmed && !NO_SECOND_STEP.includes(type);

export const hasSecondStep = (factors) => factors.some(confirmsSignIns);

/** Without the password, which has a section of its own. */
export const withoutPassword = (factors) => factors.filter(({ type }) => type !== "password");
