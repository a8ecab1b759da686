import type { UsersApi } from '#libs/contracts';
import { GatewayError } from '#libs/errors';
import { type Context, type Listed, presentId, readThings, type RestClient } from '#libs/upstream';
import { type NewUser, type ProfileChange, type User, Users } from './users.port.ts';

/** RFC 7396. */
const MERGE_PATCH = 'application/merge-patch+json';

/** Users over the REST API of `libs/contracts/openapi/users.json`. */
export class UsersRest extends Users {
  private readonly list;
  private readonly create;
  private readonly check;
  private readonly patch;
  private readonly change;

  constructor(client: RestClient) {
    super();
    this.list = client.operation<UsersApi['UserList']>('GET', '/users', { list: 'users' });
    this.create = client.operation<UsersApi['User']>('POST', '/users');
    this.check = client.operation<UsersApi['CredentialCheck']>('POST', '/credential-checks');
    this.change = client.operation<UsersApi['PasswordChange']>('POST', '/users/{id}/password-changes');
    this.patch = client.operation<UsersApi['User']>('PATCH', '/users/{id}', { contentType: MERGE_PATCH });
  }

  async byIds(context: Context, ids: readonly string[]): Promise<Listed<User>[]> {
    const { users } = await this.list(context, { query: { ids: ids.join(',') } });
    return readThings(ids, users, toUser);
  }

  async register(context: Context, user: NewUser): Promise<User> {
    try {
      return toUser(await this.create(context, { body: user }));
    } catch (error) {
      if (!(error instanceof GatewayError) || error.code !== 'CONFLICT') throw error;
      const errors = [{ field: 'email', message: 'Is taken' }];
      throw new GatewayError('CONFLICT', { detail: 'This email address is taken.', errors, cause: error });
    }
  }

  async withCredentials(context: Context, email: string, password: string): Promise<User | undefined> {
    const { user } = await this.check(context, { body: { email, password } });
    return user ? toUser(user) : undefined;
  }

  async changePassword(context: Context, id: string, current: string, next: string): Promise<boolean> {
    const body = { currentPassword: current, newPassword: next };
    const { isChanged } = await this.change(context, { params: { id }, body });
    return isChanged;
  }

  async update(context: Context, id: string, change: ProfileChange): Promise<User> {
    return toUser(await this.patch(context, { params: { id }, body: change }));
  }
}

function toUser({ id, name, email, avatarUrl, role }: UsersApi['User']): User {
  return { id: presentId(id), name, email, avatarUrl, role };
}
