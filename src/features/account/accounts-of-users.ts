import { type Account, Accounts } from '#gateway/identity/logins/accounts';
import { type User, Users } from '#gateway/upstreams/users/users.port';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';

const CUSTOMER = ['profile:read', 'profile:write', 'orders:read', 'orders:write', 'reviews:write'];

/** The scopes of each role. */
const scopesOf: Record<User['role'], readonly string[]> = {
  customer: CUSTOMER,
  admin: [...CUSTOMER, 'admin'],
};

/** Answers identity's account port from the users service, and maps roles to scopes. */
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
