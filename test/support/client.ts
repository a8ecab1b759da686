import { DEMO_ACCOUNTS } from '#libs/demo-data';
import request, { type Response, type Test } from 'supertest';

/** The URL of the gateway. */
export interface Reachable {
  gateway: { url: string };
}

/** A client of the gateway, logged in or not. */
export class Client {
  private constructor(
    private readonly url: string,
    readonly token: string | undefined,
  ) {}

  /** An anonymous client. */
  static anonymous({ gateway }: Reachable): Client {
    return new Client(gateway.url, undefined);
  }

  /** A demo account, logged in. */
  static async of(shop: Reachable, name: 'ada' | 'grace'): Promise<Client> {
    const { email, password } = DEMO_ACCOUNTS.find((account) => account.email.startsWith(name))!;
    return Client.withPassword(shop, email, password);
  }

  /** A new customer, registered and logged in. */
  static async newCustomer(shop: Reachable, email: string): Promise<Client> {
    const password = 'correct horse battery';
    const register = () =>
      Client.anonymous(shop).post('/v1/auth/register', { name: 'Somebody Else', email, password });
    let answer = await register();
    const isLate = answer.status === 504;
    // Hashing the password may take longer than a try on a busy machine; the account may be there all the same.
    while (answer.status === 504) answer = await register();
    if (answer.status !== 201 && !(isLate && answer.status === 409))
      throw new Error(`not registered: ${answer.text}`);
    return Client.withPassword(shop, email, password);
  }

  private static async withPassword(shop: Reachable, email: string, password: string): Promise<Client> {
    const logIn = () => Client.anonymous(shop).post('/v1/auth/login', { email, password });
    let answer = await logIn();
    while (answer.status === 504) answer = await logIn();
    if (answer.status !== 200) throw new Error(`not logged in: ${answer.text}`);
    return new Client(shop.gateway.url, answer.body.accessToken as string);
  }

  get(path: string, headers: Record<string, string> = {}): Test {
    return this.send(request(this.url).get(path), headers);
  }

  post(path: string, body?: unknown, headers: Record<string, string> = {}): Test {
    return this.send(request(this.url).post(path), headers).send(body as object);
  }

  patch(path: string, body: object, headers: Record<string, string> = {}): Test {
    return this.send(request(this.url).patch(path), headers).send(body);
  }

  /** Executes a GraphQL document; resolves to the whole response. */
  graphql(query: string, variables?: object): Promise<Response> {
    return Promise.resolve(this.post('/graphql', { query, variables }));
  }

  /** Resolves once the gateway can reach every service again. */
  async everythingIsBack(): Promise<void> {
    while ((await this.get('/v1/home')).body.degraded?.length !== 0);
  }

  private send(test: Test, headers: Record<string, string>): Test {
    return test.set({ ...(this.token ? { authorization: `Bearer ${this.token}` } : {}), ...headers });
  }
}
