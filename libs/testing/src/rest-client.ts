import { DEMO_INTERNAL_TOKEN_KEY, type InternalCaller, InternalTokenSigner } from '#libs/internal-token';
import { violationsOf } from './conformance.ts';
import type { Place } from './describe-storages.ts';

/** A response of a service with its parsed body. */
export interface Answer<Body> {
  status: number;
  headers: Headers;
  body: Body;
}

/** Options of a request. */
export interface RequestOptions {
  /** Sent as JSON; a string unchanged. */
  body?: unknown;
  type?: string;
  headers?: Record<string, string>;
  /** The caller of the internal token; null for no token. */
  as?: InternalCaller | null;
}

/** Sends a request, for example `call('GET /users/u1', { as: ada })`. */
export type RestCall<Body> = (line: string, options?: RequestOptions) => Promise<Answer<Body>>;

const signer = new InternalTokenSigner(DEMO_INTERNAL_TOKEN_KEY);

/**
 * A client of a REST service with the gateway's tokens. A call throws if the response violates the document.
 * @param name the service, and audience of its tokens
 * @param document its OpenAPI document
 */
export function restClientFor<Body>(
  name: string,
  document: Record<string, unknown>,
): (url: string) => RestCall<Body> {
  const violations = violationsOf(document);
  return (url) =>
    async (line, { body, type = 'application/json', headers = {}, as = { scopes: [] } } = {}) => {
      const [method, path] = line.split(' ') as [string, string];
      const response = await fetch(url + path, {
        method,
        headers: {
          ...(as && { authorization: `Bearer ${signer.sign(as, name)}` }),
          ...(body !== undefined && { 'content-type': type }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const { status, headers: answered } = response;
      const text = await response.text();
      const answer = { status, headers: answered, body: (text ? JSON.parse(text) : undefined) as Body };
      const contentType = text ? response.headers.get('content-type')!.split(';')[0]! : undefined;
      const wrong = violations(method, path, answer.status, contentType, answer.body);
      if (wrong.length > 0)
        throw new Error(`${line} does not conform to the document of ${name}: ${wrong.join(', ')}`);
      return answer;
    };
}

/** The environment of a service with its data in `place`, on a free port, without logs. */
export function environmentFor(place: Place, more: Record<string, string> = {}): Record<string, string> {
  const { dataDir, databaseUrl = '' } = place;
  return { PORT: '0', LOG_LEVEL: 'silent', DATA_DIR: dataDir, DATABASE_URL: databaseUrl, ...more };
}
