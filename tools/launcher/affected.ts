import { dirname } from 'node:path';
import type { Plan } from './plan.ts';

/**
 * The processes that a change of a source file concerns: all for a lib, one for what lies in its own folder, and the
 * gateway for what clients ask.
 */
export function affected(plans: Plan[], file: string): Plan[] {
  if (/\.(spec|fake)\.ts$/.test(file) || file.startsWith('libs/testing/')) return [];
  if (file.startsWith('libs/')) return plans;
  if (file.startsWith('clients/'))
    return plans.filter(({ name }) => name === 'gateway' && file.endsWith('.graphql'));
  return plans.filter(({ entry }) => file.startsWith(`${dirname(entry)}/`));
}
