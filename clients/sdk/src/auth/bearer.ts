import type { Client } from '../client.ts';
import type { Tokens } from '../generated/schemas.ts';
import type { Route } from '../operation.ts';
import { send } from '../send.ts';
import type { Auth, HeaderMap } from './auth.ts';

/** Tokens, and when the access token expires, in milliseconds since 1970 by this machine's clock. */
export interface StoredTokens extends Tokens {
  readonly expiresAt: number;
}

/** Where tokens are kept, for example the keychain of a device. */
export interface TokenStore {
  load(): StoredTokens | null | Promise<StoredTokens | null>;
  save(tokens: StoredTokens | null): void | Promise<void>;
}

/** What bearer mode is made with. */
export interface BearerOptions {
  /** By default tokens are kept in memory and end with the page. Tabs that share a store share a lock. */
  readonly store?: TokenStore;
  /** Called when the session has ended: show the login. */
  readonly onSignedOut?: () => void;
}

/** Bearer tokens that renew themselves. */
export interface Bearer extends Auth {
  /** Takes the tokens of a login. */
  accept(tokens: Tokens): Promise<void>;
  /** Drops the tokens; call `logout` first to end the session. */
  clear(): Promise<void>;
  /** The tokens, for example for `logout`. */
  tokens(): Promise<StoredTokens | null>;
}

/** How long before its end an access token is renewed, in milliseconds: a call must not expire on its way. */
const EARLY_MS = 15_000;
/** A lost answer of a refresh may be asked for again within 10 s; later the gateway takes it for theft. */
const REFRESH_MS = 8_000;
const LOCK = '@atrium/client refresh';

const REFRESH: Route = {
  method: 'POST',
  path: '/v1/auth/refresh',
  body: 'application/json',
  answer: 'json',
  codes: ['UNAUTHENTICATED'],
  repeatable: true,
};

type Locks = { request<T>(name: string, run: () => Promise<T>): Promise<T> };

/** Runs alone among all tabs of this origin, where the platform can (Web Locks). */
function alone<T>(run: () => Promise<T>): Promise<T> {
  const { locks } = (globalThis as { navigator?: { locks?: Locks } }).navigator ?? {};
  return locks ? locks.request(LOCK, run) : run();
}

/** An access token in `Authorization` (RFC 6750), renewed before it expires and after a 401, by one refresh for all calls. */
export const bearer = (options: BearerOptions = {}): Bearer => bearerWith(options, undefined);

/** Makes tokens that renew themselves. @param proofs how their refresh is signed, if they are bound to a key */
export function bearerWith({ store, onSignedOut }: BearerOptions, proofs: Auth | undefined): Bearer {
  let current: StoredTokens | null | undefined = store ? undefined : null;
  let renewing: Promise<boolean> | undefined;

  const save = async (tokens: StoredTokens | null) => {
    current = tokens;
    await store?.save(tokens);
  };
  const tokens = async () => {
    if (current === undefined) current = (await store?.load()) ?? null;
    return current;
  };

  async function refresh(client: Client, refused: string | undefined): Promise<boolean> {
    // Another tab may have renewed them meanwhile.
    if (store) current = await store.load();
    if (!current) return false;
    if (current.accessToken !== refused) return true;
    const plain = { options: { ...client.options, auth: proofs } };
    const { refreshToken } = current;
    const result = await send<Tokens, 'UNAUTHENTICATED'>(
      plain,
      REFRESH,
      { refreshToken },
      { timeoutMs: REFRESH_MS },
    );
    if (result.ok) {
      await save(expiring(result.data));
      return true;
    }
    // A gateway that is down does not end a session.
    if (result.error.code !== 'UNAUTHENTICATED') return false;
    await save(null);
    onSignedOut?.();
    return false;
  }

  const renew = (client: Client, refused: string | undefined) =>
    (renewing ??= (store ? alone(() => refresh(client, refused)) : refresh(client, refused)).finally(() => {
      renewing = undefined;
    }));

  let held: StoredTokens | null = null;
  let header: HeaderMap = {};
  // Made once for all calls with these tokens: a long string costs more to write than to send.
  const inHeader = (given: StoredTokens | null): HeaderMap => {
    if (given === held) return header;
    held = given;
    return (header = given ? { authorization: `${given.tokenType} ${given.accessToken}` } : {});
  };

  async function renewed(client: Client): Promise<HeaderMap> {
    const given = await tokens();
    if (given && given.expiresAt - EARLY_MS < Date.now()) await renew(client, given.accessToken);
    return inHeader(await tokens());
  }

  return {
    headers: (client) =>
      current && current.expiresAt - EARLY_MS > Date.now() ? inHeader(current) : renewed(client),
    renew: (client, { authorization }) => renew(client, authorization?.split(' ')[1]),
    accept: (given) => save(expiring(given)),
    clear: () => save(null),
    tokens,
  };
}

const expiring = (tokens: Tokens): StoredTokens => ({
  ...tokens,
  expiresAt: Date.now() + tokens.expiresIn * 1000,
});
