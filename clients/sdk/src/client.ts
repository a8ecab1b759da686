import type { Auth } from './auth/auth.ts';
import type { Route } from './operation.ts';

/** What a client is made with. */
export interface ClientOptions {
  /** Where the gateway is, without a path; by default the origin of the page. */
  readonly baseUrl?: string;
  /** How calls are authenticated: `bearer()`, `cookies()`, or nothing for public operations. */
  readonly auth?: Auth;
  /** Another `fetch`, for example that of a mock. */
  readonly fetch?: typeof fetch;
  /** The deadline of calls that have none, in milliseconds; 10,000 by default. */
  readonly timeoutMs?: number;
  /** How often a failed try is repeated; 2 by default. */
  readonly retries?: number;
  /** The name and version of your app, for the gateway's counts by client: `web/2.4.0`. */
  readonly app?: string;
  /** Called for answers of an operation that will end (RFC 9745, RFC 8594). */
  readonly onDeprecated?: (route: Route, headers: Headers) => void;
}

/** One gateway, and how it is called. Operations take it as their first parameter. */
export interface Client {
  readonly options: ClientOptions;
}

/** Makes a client; it opens nothing by itself. */
export const createClient = (options: ClientOptions = {}): Client => ({ options });
