import { connect } from 'node:net';
import type { Config } from '#gateway/config/config';
import { upstreams } from '#gateway/upstreams/settings/upstreams.settings';
import { parseTarget } from '#libs/endpoints';
import { InternalTokenSigner } from '#libs/internal-token';
import { Context, UpstreamClients, upstreamSettings } from '#libs/upstream';
import { type Finding, ok, problem, reasonOf } from './finding.ts';
import type { Given } from './given.ts';

const TIMEOUT_MS = 3_000;

/**
 * Whether the services that the gateway calls are there, and say that they are ready. Those that `npm start` starts need not run
 * yet.
 */
export async function checkUpstreams({ environment, config }: Given): Promise<Finding[]> {
  if (!config) return [];
  const all = Object.entries(upstreams).flatMap(([name, byDefault]) => {
    const setting = `${name.replaceAll('-', '_').toUpperCase()}_URL`;
    const addresses = config[setting as keyof Config] as unknown as string[];
    return addresses.map(async (address): Promise<Finding> => {
      const about = `${setting} ${address.replace(/\/\/[^/]*@/, '//')}`;
      const why = await refusalOf(address);
      if (why === undefined)
        return healthOf(about, { name, address, isRest: byDefault.startsWith('http') }, config);
      if (!environment[setting]) return ok(about, 'does not run: npm start starts it');
      return problem(about, `cannot be reached: ${why}`, `Start ${name}, or mend ${setting}.`);
    });
  });
  return Promise.all(all);
}

interface Server {
  name: string;
  address: string;
  isRest: boolean;
}

/** What a service that accepts connections says of itself, asked as the gateway does. */
async function healthOf(about: string, { name, address, isRest }: Server, config: Config): Promise<Finding> {
  const settings = config.UPSTREAMS_FILE[name] ?? upstreamSettings.parse({});
  const clients = new UpstreamClients({
    tokens: new InternalTokenSigner(...config.INTERNAL_TOKEN_KEY),
    settings: { [name]: settings },
    grpc: { implementation: config.GRPC_CLIENT },
  });
  const apiKey = config[`${name.toUpperCase()}_API_KEY` as keyof Config] as string | undefined;
  const client = isRest ? clients.rest(name, [address], undefined, apiKey) : clients.grpc(name, [address]);
  const check = isRest ? `GET ${settings.healthPath}` : 'grpc.health.v1.Health/Check';
  const context = new Context({ log: { requestId: 'doctor' }, timeoutMs: TIMEOUT_MS });
  try {
    if (await client.isReady(context)) return ok(about, `is ready, by ${check}`);
    return problem(
      about,
      `accepts connections, and is not ready, by ${check}: parts of answers that need it are missing`,
      isRest
        ? `Look at the log of ${name}, and at its database. If it has another health check, set healthPath of ${name} in UPSTREAMS_FILE.`
        : `Look at the log of ${name}, and at its database.`,
    );
  } catch (error) {
    return problem(
      about,
      `accepts connections, and does not answer ${check}: ${reasonOf(error)}`,
      isRest
        ? `Look whether ${name} hangs, and whether it speaks HTTP there: tls in UPSTREAMS_FILE and https:// are for TLS.`
        : `Look whether ${name} hangs, and whether it speaks gRPC there: tls in UPSTREAMS_FILE is for TLS.`,
    );
  } finally {
    context.end();
    await clients.close();
  }
}

/** Why an address accepts no connection; undefined if it does. Names behind SRV records are left to the gateway. */
function refusalOf(address: string): Promise<string | undefined> {
  const place = placeOf(address);
  if (!place) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const socket = connect(place);
    const end = (why: string | undefined) => {
      socket.destroy();
      resolve(why);
    };
    socket.once('connect', () => end(undefined));
    socket.once('error', (error) => end(reasonOf(error)));
    socket.setTimeout(TIMEOUT_MS, () => end(`no answer within ${TIMEOUT_MS / 1_000} s`));
  });
}

function placeOf(address: string): { host: string; port: number } | { path: string } | undefined {
  const path = /^unix:(?:\/\/)?(\/.+)$/.exec(address)?.[1];
  if (path) return { path };
  if (/^https?:/i.test(address)) {
    const { hostname, port, protocol } = new URL(address);
    const host = hostname.replace(/^\[|\]$/g, '');
    return { host, port: Number(port) || (protocol === 'https:' ? 443 : 80) };
  }
  const target = parseTarget(address);
  return target && 'host' in target ? { host: String(target.host), port: Number(target.port) } : undefined;
}
