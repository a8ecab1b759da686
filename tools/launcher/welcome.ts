import type { Plan, Plans } from './plan.ts';
import { reachable } from './reachable.ts';

const ACCOUNTS = `ada@example.com    analytical-engine   a customer with orders
             grace@example.com  nanosecond-wire     an admin`;

/** What is printed once all processes are ready: where to go, who to be, and what to try. */
export function welcome(plans: Plans, pidOf: (name: string) => number | undefined, seconds: string): string {
  const { gateway, services, adminPort, adminHost } = plans;
  const url = `http://${reachable(gateway.host)}:${gateway.port}`;
  const adminUrl = `http://${reachable(adminHost)}:${adminPort}`;
  const processes = [gateway, ...services].map(
    ({ name, port }) => `${name.padEnd(9)} pid ${String(pidOf(name)).padEnd(8)} port ${port}`,
  );
  return `
  Atrium is ready (${seconds} s)

  REST       ${url}/v1/home
  GraphQL    ${url}/graphql
  Docs       ${url}/docs
${plans.identity ? `  Login      ${url}/bff/login?returnTo=/bff/session   in a browser, at the demo provider\n` : ''}  Admin      ${adminUrl}/admin/health   ${adminUrl}/metrics

  Accounts   ${plans.hasDemoData ? ACCOUNTS : 'no demo accounts: SEED=1 makes them where there is no data yet'}

  Processes  ${processes.join('\n             ')}
${
  plans.hasDemoData
    ? whatToTry(
        url,
        services.find(({ name }) => name === 'orders')!,
        pidOf('orders'),
      )
    : ''
}
  Ctrl-C stops everything.

`;
}

/** How to start one service again beside the others, where the launcher had put it. */
export function startAlone({ name, port, portSetting }: Plan): string {
  const byDefault = !process.env.PORT && !process.env[portSetting];
  return `${byDefault ? '' : `PORT=${port} `}npm run start:${name}`;
}

function whatToTry(url: string, orders: Plan, pid: number | undefined): string {
  return `
  Ada's home page:
${homeOfAda(url)}

  See it degrade: kill -9 ${pid} and ask again: the orders stand in, and say how old they are.
  Bring it back:  ${startAlone(orders)}`;
}

/** Logs in and asks for the home page; any POSIX shell with curl and sed runs it. */
function homeOfAda(url: string): string {
  const credentials = '{"email":"ada@example.com","password":"analytical-engine"}';
  return String.raw`    TOKEN=$(curl -s ${url}/v1/auth/login -H 'Content-Type: application/json' \
      -d '${credentials}' | sed 's/.*"accessToken":"\([^"]*\)".*/\1/')
    curl -s ${url}/v1/home -H "Authorization: Bearer $TOKEN"`;
}
