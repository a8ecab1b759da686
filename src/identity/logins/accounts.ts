import type { Context } from '#libs/upstream';

/** Somebody who logs in with a password. */
export interface Account {
  id: string;
  email: string;
  /** What they may do. */
  scopes: readonly string[];
}

/** Who has an account: the port of password logins, which a feature answers, for example by asking an upstream. */
export abstract class Accounts {
  /** The account of an id; undefined for nobody. @throws {GatewayError} UPSTREAM_* */
  abstract byId(context: Context, id: string): Promise<Account | undefined>;

  /** Whose email address and password these are; undefined if they do not fit. @throws {GatewayError} UPSTREAM_* */
  abstract withCredentials(context: Context, email: string, password: string): Promise<Account | undefined>;

  /**
   * Puts a password in the place of the caller's current one.
   * @returns whether that is the current one
   * @throws {GatewayError} UPSTREAM_*
   */
  abstract changePassword(context: Context, id: string, current: string, next: string): Promise<boolean>;
}
