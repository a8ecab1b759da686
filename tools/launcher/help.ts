import { demo } from '#apps/demo';
import { upstreams } from '#gateway/upstreams/settings/upstreams.settings';

const PROVIDER = '  IDENTITY_PORT=3006  the OpenID provider for trying out logins; IDENTITY=off leaves it out\n';

const services = (): string =>
  Object.entries(demo.services)
    .map(([name, about]) => {
      const port = upstreams[name as keyof typeof upstreams].split(':').at(-1);
      return `  ${`${name.replaceAll('-', '_').toUpperCase()}_PORT=${port}`.padEnd(19)} ${about}`;
    })
    .join('\n');

/** What `--help` prints. */
export function help(command: string, purpose: string): string {
  return `${purpose}

  ${command}

Settings, from the environment (the gateway and the services read their own besides: see .env.example):
  PORT=3000           the gateway; HOST=127.0.0.1 is the address it listens on
  ADMIN_PORT=3009     the operators' door of the gateway; ADMIN_HOST=127.0.0.1
${services()}
${demo.providerRoles ? PROVIDER : ''}  DATA_DIR=.data      where the services keep their data, unless DATABASE_URL names a PostgreSQL
  SEED=1              which demo data the services make when they have none; off for none, as in production
  NO_COLOR=1          no colours

Ctrl-C stops everything, in order; a second one ends everything at once.
`;
}
