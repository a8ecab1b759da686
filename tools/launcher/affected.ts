import { dirname } from 'node:path';
import type { Plan } from './plan.ts';

/** The processes that a change of a source file concerns: all for a lib, one for what lies in its own folder. */
export function affected(plans: Plan[], file: string): Plan[] {
  if (/\.(spec|fake)\.ts$/.test(file) || file.startsWith('libs/testing/')) return [];
  if (file.startsWith('libs/')) return plans;
  return plans.filter(({ entry }) => file.startsWith(`${dirname(entry)}/`));
}
