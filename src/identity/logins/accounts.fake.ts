import type { Context } from '#libs/upstream';
import { type Account, Accounts } from './accounts.ts';

/** Accounts in memory that keep every promise of the port, for specs. */
export class AccountsFake extends Accounts {
  private readonly all: (Account & { password: string })[] = [];

  /** Adds an account. @returns its id */
  add(email: string, password: string, scopes: readonly string[]): string {
    const id = `a${this.all.length + 1}`;
    this.all.push({ id, email, password, scopes });
    return id;
  }

  async byId(_: Context, id: string): Promise<Account | undefined> {
    return this.all.find((account) => account.id === id);
  }

  async withCredentials(_: Context, email: string, password: string): Promise<Account | undefined> {
    return this.all.find((one) => one.email.toLowerCase() === email.toLowerCase() && one.password === password);
  }

  async changePassword(_: Context, id: string, current: string, next: string): Promise<boolean> {
    const account = this.all.find((one) => one.id === id);
    if (account?.password !== current) return false;
    account.password = next;
    return true;
  }
}
