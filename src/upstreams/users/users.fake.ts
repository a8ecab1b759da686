import { GatewayError } from '#libs/errors';
import { type Context, isMet, type Listed, listed, type Precondition } from '#libs/upstream';
import { type NewUser, type ProfileChange, type User, Users } from './users.port.ts';

/** In-memory users, which keep every promise of the port. For specs. */
export class UsersFake extends Users {
  /** The ids of unreadable users. */
  readonly unreadable = new Set<string>();
  private count: number;
  private readonly passwords = new Map<string, string>();

  constructor(private readonly users: User[] = []) {
    super();
    this.count = users.length;
  }

  async byIds(_: Context, ids: readonly string[]): Promise<Listed<User>[]> {
    const found = this.users.filter(({ id }) => ids.includes(id));
    return listed(found, this.unreadable);
  }

  async register(_: Context, { name, email, password }: NewUser): Promise<User> {
    if (this.withEmail(email)) throw new GatewayError('CONFLICT');
    const user: User = { id: `new-${++this.count}`, name, email, avatarUrl: null, role: 'customer' };
    this.users.push(user);
    this.passwords.set(user.id, password);
    return user;
  }

  async withCredentials(_: Context, email: string, password: string): Promise<User | undefined> {
    const user = this.withEmail(email);
    return user && this.passwords.get(user.id) === password ? user : undefined;
  }

  async changePassword({ caller }: Context, id: string, current: string, next: string): Promise<boolean> {
    if (caller.id !== id) throw new GatewayError('NOT_FOUND');
    if (this.passwords.get(id) !== current) return false;
    this.passwords.set(id, next);
    return true;
  }

  async update(
    { caller }: Context,
    id: string,
    change: ProfileChange,
    precondition: Precondition = {},
  ): Promise<User> {
    const user = this.users.find((one) => one.id === id && one.id === caller.id);
    if (!user) throw new GatewayError('NOT_FOUND');
    const { version = '1' } = user;
    if (!isMet(precondition, version)) throw new GatewayError('PRECONDITION_FAILED');
    if (Object.values(change).every((value) => value === undefined)) return user;
    return Object.assign(user, change, { version: String(Number(version) + 1) });
  }

  async delete({ caller }: Context, id: string): Promise<void> {
    if (caller.id !== id) throw new GatewayError('NOT_FOUND');
    const at = this.users.findIndex((user) => user.id === id);
    if (at >= 0) this.users.splice(at, 1);
  }

  private withEmail(email: string): User | undefined {
    return this.users.find((user) => user.email.toLowerCase() === email.toLowerCase());
  }
}
