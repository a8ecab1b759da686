import { dirname } from 'node:path';
import type { Plan } from './plan.ts';

/**
 * The processes affected by a change of a source file: all for a lib, one for a file in its folder, and the gateway for
 * client operations and the assets of pages.
 */
export function affected(plans: Plan[], file: string): Plan[] {
  if (/\.(spec|fake)\.tsx?$/.test(file) || file.startsWith('libs/testing/')) return [];
  if (file.startsWith('libs/')) return plans;
  if (/^(clients|released)\//.test(file)) {
    const isRead =
      file.endsWith('.graphql') ||
      /^clients\/(portal|storefront)\//.test(file) ||
      file === 'released/operations.json';
    return plans.filter(({ name }) => name === 'gateway' && isRead);
  }
  return plans.filter(({ entry }) => file.startsWith(`${dirname(entry)}/`));
}
