import { usersDocument } from '#libs/contracts';
import { GatewayError } from '#libs/errors';
import { DEMO_INTERNAL_TOKEN_KEY, InternalTokenSigner } from '#libs/internal-token';
import { aContext } from '#libs/testing';
import { type Context, type RestClient, UpstreamClients, upstreamSettings } from '#libs/upstream';
import type { Users } from '#gateway/upstreams/users/users.port';

/** The client of the users service as the gateway makes it, with all its policies. */
export interface UsersClient {
  users: Users;
  /** Breakers that are open, or have been. */
  tripped(): string[];
  close(): Promise<void>;
}

/**
 * @param Adapter of the users service, which specs alone may import
 * @param address of the service
 * @param settings that differ from the defaults
 */
export function usersClient(
  Adapter: new (client: RestClient) => Users,
  address: string,
  settings: Parameters<typeof upstreamSettings.parse>[0] = {},
): UsersClient {
  const clients = new UpstreamClients({
    tokens: new InternalTokenSigner(DEMO_INTERNAL_TOKEN_KEY),
    settings: { users: upstreamSettings.parse(settings) },
    requestTimeoutMs: 3_000,
  });
  const users = new Adapter(clients.rest('users', [address], usersDocument()));
  const tripped = () =>
    clients
      .report()
      .flatMap(({ methods }) => methods.filter(({ breaker }) => breaker.timesOpened).map(({ method }) => method));
  return { users, tripped, close: () => clients.close() };
}

/** A request of a customer. */
export const aRequest = (): Context =>
  aContext({ caller: { id: 'u1', scopes: ['profile:read', 'profile:write'] }, timeoutMs: 3_000 });

/** `OK`, or the code of the error that a call ends with, and its delay. */
export const outcomeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'OK',
    (error: unknown) => {
      if (!(error instanceof GatewayError)) return String(error);
      const { code, headers } = error;
      return headers['retry-after'] ? `${code} in ${headers['retry-after']} s` : code;
    },
  );
