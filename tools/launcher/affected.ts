import { dirname } from 'node:path';
import { isSource } from './is-source.ts';
import type { Plan } from './plan.ts';

/**
 * The processes affected by a change of a source file: all for a lib, one for a file in its folder, and the gateway for
 * client operations and the assets of pages.
 */
export function affected(plans: Plan[], file: string): Plan[] {
  if (!isSource(file)) return [];
  if (file.startsWith('libs/')) return plans;
  if (/^(clients|released)\//.test(file)) {
    const isRead =
      file.endsWith('.graphql') ||
      file.startsWith('clients/storefront/') ||
      isInPortal(file) ||
      file === 'released/operations.json';
    return plans.filter(({ name }) => name === 'gateway' && isRead);
  }
  return plans.filter(({ entry }) => file.startsWith(`${dirname(entry)}/`));
}

/** Whether a file is a source of the assets of the portal, which also shows what the client package exports. */
export const isInPortal = (file: string): boolean =>
  /^clients\/(portal\/|sdk\/(package\.json|src\/generated\/(operations|trusted)\.ts)$)/.test(file);
