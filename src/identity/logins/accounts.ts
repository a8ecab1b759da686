import type { Context } from '#libs/upstream';

/** A user account with a password. */
export interface Account {
  id: string;
  email: string;
  /** What the user may do. */
  scopes: readonly string[];
}

/** The port of password logins: a feature implements it, for example by an upstream. */
export abstract class Accounts {
  /** The account with an id; undefined if there is none. @throws {GatewayError} UPSTREAM_* */
  abstract byId(context: Context, id: string): Promise<Account | undefined>;

  /** The account with this email address and password; undefined if they do not match. @throws {GatewayError} UPSTREAM_* */
  abstract withCredentials(context: Context, email: string, password: string): Promise<Account | undefined>;

  /** Replaces the caller's password. @returns whether `current` was correct @throws {GatewayError} UPSTREAM_* */
  abstract changePassword(context: Context, id: string, current: string, next: string): Promise<boolean>;
}
