import { port, readSettings } from '#libs/process';
import { z } from 'zod';
import { demo } from '#apps/demo';
import { upstreams } from '#gateway/upstreams/settings/upstreams.settings';
import { type Identity, identityAt, identityEnvironment } from './identity.ts';
import { reachable } from './reachable.ts';

/** One process as the launcher runs it. */
export interface Plan {
  name: string;
  /** Entry file without its ending, below the sources and below `dist` alike. */
  entry: string;
  /** The file that exports the `schema` of its settings, likewise. */
  settings: string;
  host: string;
  port: number;
  /** The variable that moves its port when all are launched together. */
  portSetting: string;
  /** What is set for it over the environment of the launcher. */
  environment: Record<string, string>;
}

/** All processes, and where they listen. */
export interface Plans {
  gateway: Plan;
  services: Plan[];
  /** Where clients on this machine reach the gateway. */
  url: string;
  adminPort: number;
  adminHost: string;
  /** Whether the services make demo data where they have none. */
  hasDemoData: boolean;
  /** The demo provider; undefined where it is off. */
  identity?: Identity;
}

const LOOPBACK = '127.0.0.1';

/** The launcher has to tell the gateway every port, so none can be left to the system. */
const fixedPort = (byDefault: number) => port(byDefault).refine((value) => value > 0, 'must be at least 1');

/** Whom the gateway asks among the services that are run here, and where that is by default. */
const services = Object.keys(demo.services).map((name) => {
  const address: string = upstreams[name as keyof typeof upstreams];
  const wire = address.startsWith('http') ? 'http://' : '';
  return { name, setting: name.replaceAll('-', '_').toUpperCase(), wire, port: Number(address.split(':').at(-1)) };
});
const servicePorts = Object.fromEntries(
  services.map(({ setting, port: byDefault }) => [`${setting}_PORT`, fixedPort(byDefault)]),
) as Record<`${string}_PORT`, ReturnType<typeof fixedPort>>;

/** What the launcher itself reads, with its defaults; what it passes on is read by the processes. */
export const launcherSettings = z.object({
  HOST: z.string().default(LOOPBACK),
  PORT: fixedPort(3000),
  ADMIN_HOST: z.string().default(LOOPBACK),
  ADMIN_PORT: fixedPort(3009),
  ...servicePorts,
  IDENTITY_PORT: fixedPort(3006),
  IDENTITY: z.enum(['on', 'off']).optional(),
  NODE_ENV: z.string().optional(),
  SEED: z.string().optional(),
});

/** What says that there is a provider already, or that browsers come another way. */
const OF_PROVIDERS = ['OIDC_ISSUER', 'ISSUERS_FILE', 'PUBLIC_URL'];

/**
 * Where each process listens and what it is told. Services stay on the loopback address.
 * @throws {SettingsError}
 */
export function planProcesses(environment: NodeJS.ProcessEnv): Plans {
  const settings = readSettings(launcherSettings, environment);
  const portOf = (setting: `${string}_PORT`) => (settings as unknown as Record<string, number>)[setting]!;
  // In production demo accounts, whose passwords everybody knows, are never made unasked.
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
  const isTls = Boolean(environment['TLS_CERT_FILE']);
  const url = `${isTls ? 'https' : 'http'}://${reachable(settings.HOST)}:${settings.PORT}`;
  const isSeeded = seed !== 'off' && settings.NODE_ENV !== 'production';
  const byDefault =
    demo.providerRoles !== undefined && isSeeded && !OF_PROVIDERS.some((name) => environment[name]);
  const hasIdentity = settings.IDENTITY === undefined ? byDefault : settings.IDENTITY === 'on';
  const identity = hasIdentity
    ? identityAt(settings.IDENTITY_PORT, environment['DATA_DIR'] || '.data')
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
          environment[`${setting}_URL`] || `${wire}${LOOPBACK}:${portOf(`${setting}_PORT`)}`,
        ]),
      ),
      ...(identity ? identityEnvironment(identity, url) : {}),
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
