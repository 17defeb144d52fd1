// STAND-IN for your login check: return the session of your login library, such as
// `(await auth0.getSession())?.user`. Never take the user id from the path, the query or the body.

export interface Login {
  /** The user id. */
  sub: string;
  /** The id of the session that sent the request. */
  sid: string;
}

/** The signed-in user, if any. */
export async function login(): Promise<Login | undefined> {
  const { STAND_IN_SUB: sub, STAND_IN_SID: sid } = process.env;
  return sub && sid ? { sub, sid } : undefined;
}
