import type { UsersApi } from '#libs/contracts';
import { DEMO_INTERNAL_TOKEN_KEY, type InternalCaller, InternalTokenSigner } from '#libs/internal-token';
import { violations } from './conformance.fixture.ts';

/** Any body the service answers with. */
export type AnswerBody = Partial<
  UsersApi['User'] & UsersApi['UserList'] & UsersApi['CredentialCheck'] & UsersApi['Problem']
>;

/** An answer of the service, its body read. */
export interface Answer {
  status: number;
  headers: Headers;
  body: AnswerBody;
}

/** What a request may be made of. */
export interface Ask {
  /** Sent as JSON; a string as it is. */
  body?: unknown;
  type?: string;
  headers?: Record<string, string>;
  /** For whom the gateway asks; null for no token at all. */
  as?: InternalCaller | null;
}

const signer = new InternalTokenSigner(DEMO_INTERNAL_TOKEN_KEY);

/**
 * A client as the gateway is one.
 * @returns a function that asks, for example `call('GET /users/u1', { as: ada })`, and throws if the answer is not
 * what the OpenAPI document says
 */
export function clientOf(url: string): (line: string, ask?: Ask) => Promise<Answer> {
  return async (line, { body, type = 'application/json', headers = {}, as = { scopes: [] } } = {}) => {
    const [method, path] = line.split(' ') as [string, string];
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(as && { authorization: `Bearer ${signer.sign(as, 'users')}` }),
        ...(body !== undefined && { 'content-type': type }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const { status, headers: answered } = response;
    const answer: Answer = { status, headers: answered, body: (await response.json()) as AnswerBody };
    const contentType = response.headers.get('content-type')!.split(';')[0]!;
    const wrong = violations(method, path, answer.status, contentType, answer.body);
    if (wrong.length > 0) throw new Error(`${line} does not conform to openapi/users.json: ${wrong.join(', ')}`);
    return answer;
  };
}
