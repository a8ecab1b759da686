import type { UsersApi } from '#libs/contracts';
import { GatewayError } from '#libs/errors';
import {
  type Context,
  type Listed,
  type Precondition,
  preconditionHeaders,
  presentId,
  readThings,
  type RestClient,
} from '#libs/upstream';
import { type NewUser, type ProfileChange, type User, Users } from './users.port.ts';

/** The media type of JSON Merge Patch (RFC 7396). */
const MERGE_PATCH = 'application/merge-patch+json';

/** Users over the REST API of `libs/contracts/openapi/users.json`. */
export class UsersRest extends Users {
  private readonly list;
  private readonly create;
  private readonly check;
  private readonly patch;
  private readonly change;
  private readonly remove;

  constructor(client: RestClient) {
    super();
    this.list = client.operation<UsersApi['UserList']>('GET', '/users', { list: 'users' });
    this.create = client.operation<UsersApi['User']>('POST', '/users');
    this.check = client.operation<UsersApi['CredentialCheck']>('POST', '/credential-checks');
    this.change = client.operation<UsersApi['PasswordChange']>('POST', '/users/{id}/password-changes');
    this.patch = client.operation<UsersApi['User']>('PATCH', '/users/{id}', { contentType: MERGE_PATCH });
    this.remove = client.operation<void>('DELETE', '/users/{id}', { isEmpty: true });
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

  async update(
    context: Context,
    id: string,
    change: ProfileChange,
    precondition: Precondition = {},
  ): Promise<User> {
    if (precondition.in?.length === 0) throw preconditionFailed();
    const headers = preconditionHeaders(precondition);
    try {
      return toUser(await this.patch(context, { params: { id }, headers, body: change }));
    } catch (error) {
      if (!(error instanceof GatewayError) || error.code !== 'PRECONDITION_FAILED') throw error;
      // Without a condition in the request, a failed precondition is an error of the service.
      if (!Object.keys(headers).length) throw new GatewayError('UPSTREAM_BAD_RESPONSE', { cause: error });
      throw preconditionFailed(error);
    }
  }

  delete(context: Context, id: string): Promise<void> {
    return this.remove(context, { params: { id } });
  }
}

function preconditionFailed(cause?: GatewayError): GatewayError {
  const detail = 'The profile does not match the precondition. Read it again.';
  return new GatewayError('PRECONDITION_FAILED', { detail, cause });
}

function toUser({ id, name, email, avatarUrl, role, version }: UsersApi['User']): User {
  return { id: presentId(id), name, email, avatarUrl, role, version };
}
