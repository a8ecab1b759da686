import { demo } from '#apps/demo';
import type { Plan, Plans } from './plan.ts';
import { reachable } from './reachable.ts';

const ACCOUNTS = demo.accounts.join('\n             ');

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
  ${demo.title} is ready (${seconds} s)

  REST       ${url}${demo.firstRoute}
  GraphQL    ${url}/graphql
  Docs       ${url}/docs
${plans.identity ? `  Login      ${url}/bff/login?returnTo=/bff/session   in a browser, at the demo provider\n` : ''}  Admin      ${adminUrl}/admin/health   ${adminUrl}/metrics

  Accounts   ${plans.hasDemoData ? ACCOUNTS : 'no demo accounts: SEED=1 makes them where there is no data yet'}

  Processes  ${processes.join('\n             ')}
${
  plans.hasDemoData
    ? demo.whatToTry({ url, pidOf, startAlone: (name) => revive(services.find((one) => one.name === name)!) })
    : ''
}
  Ctrl-C stops everything.

`;
}
