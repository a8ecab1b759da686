import { cacheEach, type Declarations, invalidates } from '#libs/cache';
import { batched, type Context, type Listed, type Precondition } from '#libs/upstream';

/** A user. */
export interface User {
  id: string;
  name: string;
  email: string;
  avatarUrl: string | null;
  role: 'customer' | 'admin';
  /** Changes with each change of the profile; undefined if the service does not report it. */
  version?: string;
}

/** A user to register. */
export interface NewUser {
  name: string;
  email: string;
  password: string;
}

/** A change of a profile: missing fields are kept, `null` removes. */
export interface ProfileChange {
  name?: string;
  avatarUrl?: string | null;
}

/**
 * The port of users. A user that breaks the contract of the service is `Unreadable` at its position of a list; a single one is
 * UPSTREAM_BAD_RESPONSE.
 */
export abstract class Users {
  /** The cache policy of each method. */
  static readonly cache: Declarations<Users> = {
    byIds: cacheEach({
      ttl: 60,
      staleIfError: 3600,
      scope: 'caller',
      tags: (_, id) => [`user:${id}`],
    }),
    update: invalidates((_, id) => [`user:${id}`], 'caller'),
    delete: invalidates((_, id) => [`user:${id}`], 'caller'),
  };

  /** The existing users of up to 100 ids, in any order. */
  abstract byIds(context: Context, ids: readonly string[]): Promise<Listed<User>[]>;

  /**
   * One user; undefined if it does not exist. Calls within one request are batched.
   * @throws {GatewayError} UPSTREAM_BAD_RESPONSE for an unreadable user; others of the batch are not affected
   */
  readonly byId = batched<User>((context, ids) => this.byIds(context, ids));

  /** Registers a customer. @throws {GatewayError} CONFLICT if the email address is taken */
  abstract register(context: Context, user: NewUser): Promise<User>;

  /** The user with this email address and password; undefined if they do not match. */
  abstract withCredentials(context: Context, email: string, password: string): Promise<User | undefined>;

  /** Changes the caller's password. @returns false if `current` is not the current password */
  abstract changePassword(context: Context, id: string, current: string, next: string): Promise<boolean>;

  /**
   * Changes the caller's own profile. Of concurrent changes for one version, only one succeeds. An empty change only evaluates
   * the precondition.
   * @throws {GatewayError} NOT_FOUND for an unknown id or another user's; PRECONDITION_FAILED if the version does not match
   */
  abstract update(context: Context, id: string, change: ProfileChange, precondition?: Precondition): Promise<User>;

  /**
   * Deletes the caller's own account. One that is gone is no error.
   * @throws {GatewayError} NOT_FOUND for another user's
   */
  abstract delete(context: Context, id: string): Promise<void>;
}
