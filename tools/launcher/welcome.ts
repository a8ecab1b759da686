import { demo } from '#apps/demo';
import type { Plan, Plans } from './plan.ts';
import { reachable } from './reachable.ts';

const ACCOUNTS = demo.accounts.join('\n             ');

/** The state of running processes. */
export interface Running {
  pidOf(name: string): number | undefined;
  /** The command that restarts a service. */
  revive(plan: Plan): string;
}

/** The text that is printed once all processes are ready: URLs, accounts and examples. */
export function welcome(plans: Plans, { pidOf, revive }: Running, seconds: string): string {
  const { gateway, services, url, adminPort, adminHost } = plans;
  const adminUrl = `http://${reachable(adminHost)}:${adminPort}`;
  const processes = [gateway, ...services].map(
    ({ name, port }) => `${name.padEnd(9)} pid ${String(pidOf(name)).padEnd(8)} port ${port}`,
  );
  return `
  ${demo.title} is ready (${seconds} s)

${demo.firstPage ? `  Pages      ${url}${demo.firstPage}   in a browser\n` : ''}  REST       ${url}${demo.firstRoute}
  GraphQL    ${url}/graphql
  Docs       ${url}/docs
${plans.identity ? `  Login      ${url}/bff/login?returnTo=/bff/session   in a browser, at the demo provider\n` : ''}  Admin      ${adminUrl}/admin/health   ${adminUrl}/metrics

  Accounts   ${plans.hasDemoData ? ACCOUNTS : 'no demo accounts: SEED=1 creates them in empty databases'}

  Processes  ${processes.join('\n             ')}
${
  plans.hasDemoData
    ? demo.whatToTry({ url, pidOf, startAlone: (name) => revive(services.find((one) => one.name === name)!) })
    : ''
}
  Ctrl-C stops all processes.

`;
}
