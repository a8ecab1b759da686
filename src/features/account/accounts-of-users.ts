import { type Account, Accounts } from '#gateway/identity/logins/accounts';
import { type User, Users } from '#gateway/upstreams/users/users.port';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';

const CUSTOMER = ['profile:read', 'profile:write', 'orders:read', 'orders:write'];

/** What each role may do. */
const scopesOf: Record<User['role'], readonly string[]> = {
  customer: CUSTOMER,
  admin: [...CUSTOMER, 'admin'],
};

/** The users service knows who has an account; what their role may do is said here. */
@Injectable()
export class AccountsOfUsers extends Accounts {
  constructor(private readonly users: Users) {
    super();
  }

  async byId(context: Context, id: string): Promise<Account | undefined> {
    return accountOf(await this.users.byId(context, id));
  }

  async withCredentials(context: Context, email: string, password: string): Promise<Account | undefined> {
    return accountOf(await this.users.withCredentials(context, email, password));
  }

  changePassword(context: Context, id: string, current: string, next: string): Promise<boolean> {
    return this.users.changePassword(context, id, current, next);
  }
}

const accountOf = (user: User | undefined): Account | undefined =>
  user && { id: user.id, email: user.email, scopes: scopesOf[user.role] };
