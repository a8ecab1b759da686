import { readSettings, SettingsError } from '#libs/process';
import type { z } from 'zod';
import { writeIssuers } from './identity.ts';
import { type Plan, planProcesses, type Plans } from './plan.ts';
import { assertOwnPorts } from './ports.ts';

/**
 * Checks an environment for the launcher and for every process that it would start.
 * @returns a line for each invalid setting, with the processes that read it; none if all are valid
 */
export async function wrongSettings(environment: NodeJS.ProcessEnv): Promise<string[]> {
  const readers = new Map<string, string[]>();
  const note = (reader: string, error: unknown): void => {
    if (!(error instanceof SettingsError)) throw error;
    const [first = '', ...lines] = error.message.split('\n');
    for (const line of lines.length ? lines : [`  ${first}`])
      readers.set(line, [...(readers.get(line) ?? []), reader]);
  };
  let plans: Plans | undefined;
  try {
    plans = planProcesses(environment);
    assertOwnPorts(plans);
  } catch (error) {
    note('the launcher', error);
  }
  try {
    // The gateway reads it.
    if (plans?.identity) writeIssuers(plans.identity);
  } catch (error) {
    note('the launcher', error);
    plans = withoutIdentity(environment);
  }
  for (const plan of plansOf(plans ?? planProcesses({}))) {
    const { schema } = (await import(`../../${plan.settings}.ts`)) as { schema: z.ZodObject };
    try {
      readSettings(schema, plans ? { ...environment, ...plan.environment } : withoutPorts(environment, plan));
    } catch (error) {
      note(plan.name, error);
    }
  }
  return [...readers].map(([line, names]) => `${line} (${names.join(', ')})`);
}

/** What is started where the demo provider cannot be configured. */
export const withoutIdentity = (environment: NodeJS.ProcessEnv): Plans =>
  planProcesses({ ...environment, IDENTITY: 'off' });

const plansOf = ({ gateway, services }: Plans): Plan[] => [gateway, ...services];

/** The launcher determines the listen addresses, if its settings are valid; the gateway has its own settings. */
function withoutPorts(environment: NodeJS.ProcessEnv, { name }: Plan): NodeJS.ProcessEnv {
  return name === 'gateway' ? environment : { ...environment, HOST: undefined, PORT: undefined };
}
