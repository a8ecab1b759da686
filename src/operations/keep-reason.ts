import type { Config } from '#gateway/config/config';
import type { Recording } from '#libs/observe';

/**
 * Why a recording that was not sampled is exported after its end (tail sampling); undefined if it is not. Its services
 * recorded nothing of it.
 */
export function keepReason(
  { root, isBranch }: Recording,
  { TRACES_KEEP: kept, TRACES_SLOW_MS: slowMs }: Pick<Config, 'TRACES_KEEP' | 'TRACES_SLOW_MS'>,
): (typeof kept)[number] | undefined {
  // Work that outlived a request is not shown without it.
  if (isBranch) return undefined;
  const { attributes } = root;
  if (root.error !== undefined && kept.includes('errors')) return 'errors';
  if (attributes['atrium.degraded'] && kept.includes('degraded')) return 'degraded';
  const isSlow = root.durationMs! >= slowMs && !attributes['atrium.stream'];
  return isSlow && kept.includes('slow') ? 'slow' : undefined;
}
