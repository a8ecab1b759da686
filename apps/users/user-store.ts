import type { UsersApi } from '#libs/contracts';
import { isId } from '#libs/service';
import { transact } from '#libs/storage';
import type { Generated, Kysely, Selectable } from 'kysely';
import { fits, type Precondition } from './precondition.ts';

/** The tables of the service. */
export interface UsersSchema {
  users: {
    id: string;
    name: string;
    /** Lower case. */
    email: string;
    avatar_url: string | null;
    role: UsersApi['User']['role'];
    /** RFC 3339 UTC. */
    created_at: string;
    /** A PHC string; null for users who cannot log in. */
    password_hash: string | null;
    /** Incremented with each change of the profile. */
    version: Generated<number>;
  };
}

type Row = Selectable<UsersSchema['users']>;
type NewRow = Omit<Row, 'version'>;

/** The storage of users. */
export class UserStore {
  constructor(private readonly db: Kysely<UsersSchema>) {}

  /** The existing users with these ids, in their order, each once. */
  async byIds(ids: readonly string[]): Promise<UsersApi['User'][]> {
    const expected = [...new Set(ids)].filter(isId);
    if (expected.length === 0) return [];
    const rows = await this.db.selectFrom('users').selectAll().where('id', 'in', expected).execute();
    const byId = new Map(rows.map((row) => [row.id, toUser(row)]));
    return expected.flatMap((id) => byId.get(id) ?? []);
  }

  /** The user with this email address, and the hash of their password. */
  async byEmail(email: string): Promise<{ user: UsersApi['User']; passwordHash: string | null } | undefined> {
    const row = await this.db.selectFrom('users').selectAll().where('email', '=', email).executeTakeFirst();
    return row && { user: toUser(row), passwordHash: row.password_hash };
  }

  /** Adds a user; undefined if the email address is taken, also by a concurrent request. */
  async add(row: NewRow): Promise<UsersApi['User'] | undefined> {
    const { numInsertedOrUpdatedRows } = await this.db
      .insertInto('users')
      .values(row)
      .onConflict((conflict) => conflict.column('email').doNothing())
      .executeTakeFirst();
    return numInsertedOrUpdatedRows ? toUser({ ...row, version: 1 }) : undefined;
  }

  /**
   * Updates a user atomically with the check of the precondition: of concurrent changes of one version, one succeeds.
   * @returns the changed user; undefined if none has a matching version
   */
  async update(
    id: string,
    change: Partial<Pick<Row, 'name' | 'avatar_url'>>,
    precondition: Precondition = {},
  ): Promise<UsersApi['User'] | undefined> {
    const { in: expected, notIn = [] } = precondition;
    if (!isId(id) || expected?.length === 0) return undefined;
    if (Object.values(change).every((value) => value === undefined)) return this.withVersion(id, precondition);
    return transact(this.db, async (transaction) => {
      let update = transaction
        .updateTable('users')
        .set((row) => ({ ...change, version: row('version', '+', 1) }))
        .where('id', '=', id);
      if (expected) update = update.where('version', 'in', expected);
      if (notIn.length) update = update.where('version', 'not in', notIn);
      const { numUpdatedRows } = await update.executeTakeFirst();
      // The row is locked by the update: nobody else has changed it since.
      const row = transaction.selectFrom('users').selectAll().where('id', '=', id);
      return numUpdatedRows ? toUser(await row.executeTakeFirstOrThrow()) : undefined;
    });
  }

  private async withVersion(id: string, precondition: Precondition): Promise<UsersApi['User'] | undefined> {
    const row = await this.db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
    return row && fits(row.version, precondition) ? toUser(row) : undefined;
  }

  /** The hash of a user's password; undefined for an unknown user. */
  async passwordHash(id: string): Promise<string | null | undefined> {
    if (!isId(id)) return undefined;
    const row = await this.db.selectFrom('users').select('password_hash').where('id', '=', id).executeTakeFirst();
    return row?.password_hash;
  }

  /** Replaces a hash unless it has changed meanwhile. @returns whether it was replaced */
  async replaceHash(id: string, before: string, after: string): Promise<boolean> {
    const update = this.db.updateTable('users').set({ password_hash: after });
    const { numUpdatedRows } = await update
      .where('id', '=', id)
      .where('password_hash', '=', before)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /** Deletes a user, if there is one. */
  async delete(id: string): Promise<void> {
    if (isId(id)) await this.db.deleteFrom('users').where('id', '=', id).execute();
  }

  /** Whether the storage answers. */
  async isReachable(): Promise<boolean> {
    const query = this.db.selectFrom('users').select('id').limit(1).execute();
    return query.then(
      () => true,
      () => false,
    );
  }
}

function toUser(row: Row): UsersApi['User'] {
  const { id, name, email, avatar_url: avatarUrl, role, created_at: createdAt, version } = row;
  return { id, name, email, avatarUrl, role, createdAt, version: String(version) };
}
