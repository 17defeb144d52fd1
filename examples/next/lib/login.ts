// STAND-IN for the check of a login: put the session of your login library here, such as
// `(await auth0.getSession())?.user`. Never take the user id from the path, the query or the body.

export interface Login {
  /** The user id. */
  sub: string;
  /** The id of the session that asks. */
  sid: string;
}

/** Who is signed in, if anyone. */
export async function login(): Promise<Login | undefined> {
  const { STAND_IN_SUB: sub, STAND_IN_SID: sid } = process.env;
  return sub && sid ? { sub, sid } : undefined;
}
