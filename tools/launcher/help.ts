import { demo } from '#apps/demo';
import { upstreams } from '#gateway/upstreams/settings/upstreams.settings';

const PROVIDER = '  IDENTITY_PORT=3006  the demo OpenID provider; IDENTITY=off disables it\n';

const services = (): string =>
  Object.entries(demo.services)
    .map(([name, about]) => {
      const port = upstreams[name as keyof typeof upstreams].split(':').at(-1);
      return `  ${`${name.replaceAll('-', '_').toUpperCase()}_PORT=${port}`.padEnd(19)} ${about}`;
    })
    .join('\n');

/** The output of `--help`. */
export function help(command: string, purpose: string): string {
  return `${purpose}

  ${command}

Settings, from the environment (the gateway and the services read their own besides: see .env.example):
  PORT=3000           the gateway; HOST=127.0.0.1 is the address it listens on
  ADMIN_PORT=3009     the admin port of the gateway; ADMIN_HOST=127.0.0.1
${services()}
${demo.providerRoles ? PROVIDER : ''}  DATA_DIR=.data      the folder of the services' data, unless DATABASE_URL names a database
  SEED=1              the seed of the demo data in empty databases; off for none, as in production
  NO_COLOR=1          no colours

Ctrl-C stops all processes in order; a second one kills them.
`;
}
