"use strict";

/** The most common providers; others are passed through under their Auth0 names. */
exports.UserAuthenticationMethodProvider = Object.freeze({
  GOOGLE: "google-oauth2",
  GITHUB: "github",
  MICROSOFT: "windowslive",
  APPLE: "apple",
  EMAIL_PASSWORD: "email-password",
});
