import { loadConfig } from '#gateway/config/config';
import { type RunningGateway, startGateway } from '#gateway/gateway';
import { createLogger } from '#libs/observe';
import { LogLines } from '#libs/testing';
import type { Shop } from '#test/support/shop';

/** Another gateway in front of a shop's services, with its log. */
export interface SecondGateway {
  gateway: RunningGateway;
  log: LogLines;
}

/** Starts a second gateway. @param given its settings, to which the addresses of the shop's services are added */
export async function secondGateway(
  shop: Shop,
  given: (at: Record<string, string>) => NodeJS.ProcessEnv,
): Promise<SecondGateway> {
  const { upstreams } = (await shop.logs.gateway.first({ msg: 'listening' })) as {
    upstreams: { name: string; addresses: string[] }[];
  };
  const at = Object.fromEntries(upstreams.map(({ name, addresses }) => [name, addresses[0]!]));
  const urls = Object.entries(at).map(([name, address]) => [`${name.toUpperCase()}_URL`, address]);
  const environment = {
    PORT: '0',
    ADMIN_PORT: '0',
    RATE_LIMIT: 'off',
    JOBS_FILE: ':memory:',
    REDIS_COMMAND_TIMEOUT_MS: '1000',
    ...Object.fromEntries(urls),
    ...given(at),
  };
  const log = new LogLines();
  return { gateway: await startGateway(loadConfig(environment), createLogger('gateway', 'info', log)), log };
}
