/** The share of the descriptors that is kept for connections to services and Redis, and for files. */
const KEPT_SHARE = 0.25;
const MAX_KEPT = 1_000;

/** The share of connections beyond the limit that are accepted, so that their requests can be refused. */
const REFUSED_SHARE = 1 / 16;
const MAX_REFUSED = 256;

/**
 * How many connections are served, and how many are accepted at all.
 * @param configured the limit of connections
 * @param maxFiles the limit of open files; undefined for none
 */
export function connectionsWithin(
  configured: number,
  maxFiles: number | undefined,
): { served: number; accepted: number } {
  const beyond = (connections: number) => Math.min(Math.ceil(connections * REFUSED_SHARE), MAX_REFUSED);
  const accepted = configured + beyond(configured);
  const fitting =
    maxFiles === undefined ? Infinity : maxFiles - Math.min(Math.ceil(maxFiles * KEPT_SHARE), MAX_KEPT);
  if (accepted <= fitting) return { served: configured, accepted };
  return { served: fitting - beyond(fitting), accepted: fitting };
}
