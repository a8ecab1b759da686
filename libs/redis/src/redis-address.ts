import { isRedisUrl } from './redis-url.ts';

/** A host and a port. */
export interface Node {
  host: string;
  port: number;
}

/** Redis behind more than one address, as a URL says it. */
export interface Group {
  kind: 'sentinel' | 'cluster';
  isTls: boolean;
  username?: string;
  password?: string;
  /** The sentinels, or some nodes of the cluster. */
  nodes: Node[];
  /** The name that sentinels know the master by; empty for a cluster. */
  name: string;
}

const GROUP = /^(rediss?)\+(sentinel|cluster):\/\/(?:([^@/]*)@)?([^/@]+)(?:\/([\w.-]*))?$/;
const NODE = /^(\[[\da-f:.]+\]|[\w.-]+):(\d{1,5})$/i;

/**
 * What `redis+sentinel://[user:password@]host:port,…/name` and `redis+cluster://[user:password@]host:port,…` say, or the
 * same with `rediss+…` for TLS; undefined for all else.
 */
export function groupIn(url: string): Group | undefined {
  const [, protocol, kind, login = '', hosts = '', name = ''] = GROUP.exec(url) ?? [];
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
    };
  } catch {
    return undefined;
  }
}

/** Whether a URL says where Redis is: one server, its sentinels, or a cluster. */
export const isRedisAddress = (url: string): boolean => isRedisUrl(url) || groupIn(url) !== undefined;
