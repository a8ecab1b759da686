import { join } from 'node:path';
import { host, port, readSettings } from '#libs/process';
import { z } from 'zod';
import { demo } from '#apps/demo';
import { upstreams } from '#gateway/upstreams/settings/upstreams.settings';
import { type Identity, identityAt, identityEnvironment } from './identity.ts';
import { reachable } from './reachable.ts';

/** A process of the launcher. */
export interface Plan {
  name: string;
  /** The entry file without extension, relative to the sources and to `dist`. */
  entry: string;
  /** The file that exports the `schema` of its settings, in the same form. */
  settings: string;
  host: string;
  port: number;
  /** The setting of its port in the launcher. */
  portSetting: string;
  /** Variables that override the environment of the launcher. */
  environment: Record<string, string>;
}

/** All processes and their addresses. */
export interface Plans {
  gateway: Plan;
  services: Plan[];
  /** The URL of the gateway for clients on this machine. */
  url: string;
  adminPort: number;
  adminHost: string;
  /** Whether the services create demo data in empty databases. */
  hasDemoData: boolean;
  /** The demo provider; undefined if it is off. */
  identity?: Identity;
}

const LOOPBACK = '127.0.0.1';

/** The launcher passes every port to the gateway, so the system cannot choose any. */
const fixedPort = (byDefault: number) => port(byDefault).refine((value) => value > 0, 'must be at least 1');

/** The upstreams among the launched services, with their default ports. */
const services = Object.keys(demo.services).map((name) => {
  const address: string = upstreams[name as keyof typeof upstreams];
  const wire = address.startsWith('http') ? 'http://' : '';
  return { name, setting: name.replaceAll('-', '_').toUpperCase(), wire, port: Number(address.split(':').at(-1)) };
});
const servicePorts = Object.fromEntries(
  services.map(({ setting, port: byDefault }) => [`${setting}_PORT`, fixedPort(byDefault)]),
) as Record<`${string}_PORT`, ReturnType<typeof fixedPort>>;

/** The settings of the launcher itself; the processes read the rest. */
export const launcherSettings = z.object({
  HOST: host(LOOPBACK),
  PORT: fixedPort(3000),
  ADMIN_HOST: host(LOOPBACK),
  ADMIN_PORT: fixedPort(3009),
  ...servicePorts,
  IDENTITY_PORT: fixedPort(3006),
  IDENTITY: z.enum(['on', 'off']).optional(),
  NODE_ENV: z.string().optional(),
  SEED: z.string().optional(),
});

/** Settings that imply another provider or another URL for browsers. */
const OF_PROVIDERS = ['OIDC_ISSUER', 'ISSUERS_FILE', 'PUBLIC_URL'];

/**
 * The address and the environment of each process. Services stay on the loopback address.
 * @throws {SettingsError}
 */
export function planProcesses(environment: NodeJS.ProcessEnv): Plans {
  const settings = readSettings(launcherSettings, environment);
  // As `readSettings` sees it.
  const isSet = (name: string) => !!environment[name]?.trim();
  const portOf = (setting: `${string}_PORT`) => (settings as unknown as Record<string, number>)[setting]!;
  // In production demo accounts, whose passwords are public, are created only on explicit request.
  const seed = settings.SEED ?? (settings.NODE_ENV === 'production' ? 'off' : '1');

  const service = (name: string, portSetting: `${string}_PORT`): Plan => {
    const itsPort = portOf(portSetting);
    const itsEnvironment = { HOST: LOOPBACK, PORT: String(itsPort), SEED: seed };
    return {
      name,
      entry: `apps/${name}/main`,
      settings: `apps/${name}/settings`,
      host: LOOPBACK,
      port: itsPort,
      portSetting,
      environment: itsEnvironment,
    };
  };
  const isTls = isSet('TLS_CERT_FILE');
  const url = `${isTls ? 'https' : 'http'}://${reachable(settings.HOST)}:${settings.PORT}`;
  const isSeeded = seed !== 'off' && settings.NODE_ENV !== 'production';
  const byDefault = demo.providerRoles !== undefined && isSeeded && !OF_PROVIDERS.some(isSet);
  const hasIdentity = settings.IDENTITY === undefined ? byDefault : settings.IDENTITY === 'on';
  const identity = hasIdentity
    ? identityAt(settings.IDENTITY_PORT, environment['DATA_DIR']?.trim() || '.data')
    : undefined;
  const gateway: Plan = {
    name: 'gateway',
    entry: 'src/main',
    settings: 'src/config/config',
    host: settings.HOST,
    port: settings.PORT,
    portSetting: 'PORT',
    environment: {
      ...Object.fromEntries(
        services.map(({ setting, wire }) => [
          `${setting}_URL`,
          environment[`${setting}_URL`]?.trim() || `${wire}${LOOPBACK}:${portOf(`${setting}_PORT`)}`,
        ]),
      ),
      ...(identity ? identityEnvironment(identity, url) : {}),
      ...jobsFileIn(environment),
    },
  };
  const plans = services.map(({ name, setting }) => service(name, `${setting}_PORT`));
  if (identity) {
    const provider = service('identity', 'IDENTITY_PORT');
    plans.push({ ...provider, environment: { ...provider.environment, GATEWAY_URL: url } });
  }
  return {
    gateway,
    services: plans,
    url,
    adminPort: settings.ADMIN_PORT,
    adminHost: settings.ADMIN_HOST,
    hasDemoData: seed !== 'off',
    ...(identity ? { identity } : {}),
  };
}

/** Jobs are kept beside the data of the services. */
function jobsFileIn({ DATA_DIR, JOBS_FILE }: NodeJS.ProcessEnv): Record<string, string> {
  const folder = DATA_DIR?.trim();
  return folder && !JOBS_FILE?.trim() ? { JOBS_FILE: join(folder, 'jobs.sqlite') } : {};
}
