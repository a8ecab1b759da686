import type { Plan, Plans } from './plan.ts';
import { reachable } from './reachable.ts';

const ACCOUNTS = `ada@example.com    analytical-engine   a customer with orders
             grace@example.com  nanosecond-wire     an admin`;

/** What is known of processes that run. */
export interface Running {
  pidOf(name: string): number | undefined;
  /** The command that brings a service back. */
  revive(plan: Plan): string;
}

/** What is printed once all processes are ready: where to go, who to be, and what to try. */
export function welcome(plans: Plans, { pidOf, revive }: Running, seconds: string): string {
  const { gateway, services, url, adminPort, adminHost } = plans;
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
  plans.hasDemoData ? whatToTry(url, pidOf('orders'), revive(services.find(({ name }) => name === 'orders')!)) : ''
}
  Ctrl-C stops everything.

`;
}

function whatToTry(url: string, pid: number | undefined, bringBack: string): string {
  return `
  Ada's home page:
${homeOfAda(url)}

  See it degrade: kill -9 ${pid} and ask again: the orders stand in, and say how old they are.
  Bring it back:  ${bringBack}`;
}

/** Logs in and asks for the home page; any POSIX shell with curl and sed runs it. */
function homeOfAda(url: string): string {
  const credentials = '{"email":"ada@example.com","password":"analytical-engine"}';
  // A certificate for trying out is signed by nobody whom curl knows.
  const curl = url.startsWith('https:') ? 'curl -sk' : 'curl -s';
  return String.raw`    TOKEN=$(${curl} ${url}/v1/auth/login -H 'Content-Type: application/json' \
      -d '${credentials}' | sed 's/.*"accessToken":"\([^"]*\)".*/\1/')
    ${curl} ${url}/v1/home -H "Authorization: Bearer $TOKEN"`;
}
