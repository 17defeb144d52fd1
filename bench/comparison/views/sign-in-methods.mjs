// From a user of Auth0 to the sign-in methods that the addon returns, in JavaScript.

const PROFILE_FIELDS = [
  "email",
  "email_verified",
  "name",
  "username",
  "nickname",
  "given_name",
  "family_name",
  "picture",
  "phone_number",
  "phone_verified",
];

/** The primary one comes first; the attributes of the user itself describe it. */
export function methodsOf(user) {
  return user.identities.map((identity, index) => {
    const isPrimary = index === 0;
    const profile = documented(identity.profileData ?? (isPrimary ? user : {}));
    return {
      id: identity.user_id,
      userId: identity.user_id,
      provider: identity.provider === "auth0" ? "email-password" : identity.provider,
      connection: identity.connection ?? "",
      isSocial: identity.isSocial === true,
      username: profile.email ?? profile.username ?? profile.phone_number ?? identity.user_id,
      email: profile.email,
      emailVerified: profile.email_verified,
      name: profile.name,
      picture: profile.picture,
      isPrimary,
      profileData: profile,
    };
  });
}

function documented(profile) {
  const fields = PROFILE_FIELDS.filter((field) => profile[field] !== undefined);
  return Object.fromEntries(fields.map((field) => [field, profile[field]]));
}
