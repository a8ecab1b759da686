import { DEMO_ACCOUNTS } from '#libs/demo-data';
import type { Passwords } from './passwords.ts';
import type { UserStore } from './user-store.ts';

/** An account with a public password. */
export interface OpenAccount {
  email: string;
  role: 'customer' | 'admin';
}

/** The demo accounts that still have the passwords of the README. */
export async function openDemoAccounts(store: UserStore, passwords: Passwords): Promise<OpenAccount[]> {
  const open: OpenAccount[] = [];
  for (const { email, password } of DEMO_ACCOUNTS) {
    const found = await store.byEmail(email);
    if (found && (await passwords.fits(password, found.passwordHash))) open.push({ email, role: found.user.role });
  }
  return open;
}
