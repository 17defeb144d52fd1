// Without this line the bundler parses the native addon as JavaScript, and the build fails.
export default {
  serverExternalPackages: ["@archie/auth0-user-security"],
};
