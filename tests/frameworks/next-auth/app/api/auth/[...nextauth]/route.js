// Sign-in by next-auth 4, as its documentation shows it for the App Router.

import NextAuth from "next-auth";
import Auth0Provider from "next-auth/providers/auth0";

const { AUTH0_CLIENT_ID, AUTH0_CLIENT_SECRET, AUTH0_ISSUER } = process.env;

const handler = NextAuth({
  providers: [
    Auth0Provider({
      clientId: AUTH0_CLIENT_ID,
      clientSecret: AUTH0_CLIENT_SECRET,
      issuer: AUTH0_ISSUER,
    }),
  ],
  callbacks: {
    session: ({ session, token }) => ({ ...session, sub: token.sub }),
  },
});

export { handler as GET, handler as POST };
