import { isRedisUrl } from './redis-url.ts';

/** A host and a port. */
export interface Node {
  host: string;
  port: number;
}

/** A Redis with several addresses (Sentinel or Cluster), parsed from a URL. */
export interface Group {
  kind: 'sentinel' | 'cluster';
  isTls: boolean;
  username?: string;
  password?: string;
  /** The addresses of the sentinels, or of some cluster nodes. */
  nodes: Node[];
  /** The sentinels' name of the master; empty for a cluster. */
  name: string;
  /** The password of the sentinels themselves, where they have one. */
  sentinelPassword?: string;
}

const GROUP =
  /^(rediss?)\+(sentinel|cluster):\/\/(?:([^@/]*)@)?([^/@]+)(?:\/([\w.-]*)(?:\?sentinelPassword=([^&#]+))?)?$/;
const NODE = /^(\[[\da-f:.]+\]|[\w.-]+):(\d{1,5})$/i;

/**
 * Parses `redis+sentinel://[user:password@]host:port,…/name[?sentinelPassword=…]` and
 * `redis+cluster://[user:password@]host:port,…`, or the same with `rediss+…` for TLS; undefined for any other URL.
 */
export function groupIn(url: string): Group | undefined {
  const [, protocol, kind, login = '', hosts = '', name = '', secret] = GROUP.exec(url) ?? [];
  if (!kind || (kind === 'sentinel') === (name === '')) return undefined;
  const nodes = hosts.split(',').map((host) => NODE.exec(host));
  if (nodes.some((node) => !node || Number(node[2]) > 65_535)) return undefined;
  try {
    const [username, password] = login.split(':').map(decodeURIComponent);
    return {
      kind: kind as Group['kind'],
      isTls: protocol === 'rediss',
      ...(username ? { username } : {}),
      ...(password ? { password } : {}),
      nodes: nodes.map((node) => ({ host: node![1]!.replace(/^\[|\]$/g, ''), port: Number(node![2]) })),
      name,
      ...(secret ? { sentinelPassword: decodeURIComponent(secret) } : {}),
    };
  } catch {
    return undefined;
  }
}

/** Whether a URL is a valid Redis address: a single server, sentinels, or a cluster. */
export const isRedisAddress = (url: string): boolean => isRedisUrl(url) || groupIn(url) !== undefined;
