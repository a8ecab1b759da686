import { DEMO_ACCOUNTS, demoUsers } from '#libs/demo-data';
import { transact } from '#libs/storage';
import type { Kysely } from 'kysely';
import type { Passwords } from './passwords.ts';
import type { UsersSchema } from './user-store.ts';

/**
 * Fills an empty table with the demo users in one transaction; false if there are users already. Only the demo accounts
 * get passwords: the others cannot log in.
 */
export async function seed(db: Kysely<UsersSchema>, passwords: Passwords, seedNumber: number): Promise<boolean> {
  const isEmpty = async (of: Kysely<UsersSchema>) =>
    !(await of.selectFrom('users').select('id').limit(1).execute())[0];
  if (!(await isEmpty(db))) return false;
  const accounts = DEMO_ACCOUNTS.map(async ({ id, password }) => [id, await passwords.hash(password)] as const);
  const hashes = new Map<string, string>(await Promise.all(accounts));
  const rows = demoUsers(seedNumber).map(({ avatarUrl, createdAt, ...user }) => ({
    ...user,
    avatar_url: avatarUrl,
    created_at: createdAt,
    password_hash: hashes.get(user.id) ?? null,
  }));
  return transact(db, async (transaction) => {
    if (!(await isEmpty(transaction))) return false;
    // Another instance may seed the same users concurrently.
    await transaction
      .insertInto('users')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return true;
  });
}
