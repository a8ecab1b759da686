import { cacheEach, type Declarations, forgets } from '#libs/cache';
import { batched, type Context, type Listed, type Precondition } from '#libs/upstream';

/** A customer, as the house knows one. */
export interface User {
  id: string;
  name: string;
  email: string;
  avatarUrl: string | null;
  role: 'customer' | 'admin';
  /** Another after each change of the profile; undefined where the service does not say it. */
  version?: string;
}

/** Who wants to become a customer. */
export interface NewUser {
  name: string;
  email: string;
  password: string;
}

/** What a profile can be changed to: what is left out stays, `null` takes it away. */
export interface ProfileChange {
  name?: string;
  avatarUrl?: string | null;
}

/**
 * What the gateway asks about people. A user that breaks the contract of the service is `Unreadable` in its place of a list;
 * where it is the answer, that is UPSTREAM_BAD_RESPONSE.
 */
export abstract class Users {
  /** What may be remembered of the answers. */
  static readonly cache: Declarations<Users> = {
    byIds: cacheEach({
      ttl: 60,
      staleIfError: 3600,
      scope: 'caller',
      tags: (_, id) => [`user:${id}`],
    }),
    update: forgets((_, id) => [`user:${id}`], 'caller'),
  };

  /** Those of these users that exist, in any order. At most 100 ids. */
  abstract byIds(context: Context, ids: readonly string[]): Promise<Listed<User>[]>;

  /**
   * One user; undefined for nobody. Asked many times in one request, it is one call.
   * @throws {GatewayError} UPSTREAM_BAD_RESPONSE for one that cannot be read, whatever the others are
   */
  readonly byId = batched<User>((context, ids) => this.byIds(context, ids));

  /** Makes a customer. @throws {GatewayError} CONFLICT if the email address is taken */
  abstract register(context: Context, user: NewUser): Promise<User>;

  /** Whose email address and password these are; undefined if they do not fit. */
  abstract withCredentials(context: Context, email: string, password: string): Promise<User | undefined>;

  /** Puts a password in the place of the caller's current one. @returns whether that is the current one */
  abstract changePassword(context: Context, id: string, current: string, next: string): Promise<boolean>;

  /**
   * Changes the caller's own profile. Of several changes for one version, one is made.
   * @throws {GatewayError} NOT_FOUND for nobody, or somebody else; PRECONDITION_FAILED for a version that it is not for
   */
  abstract update(context: Context, id: string, change: ProfileChange, precondition?: Precondition): Promise<User>;
}
