import type { IncomingMessage } from 'node:http';

/**
 * How long a body is not cut for the limits of an address and a connection, in milliseconds: over HTTP/2 clients send the headers of
 * all their requests before the first body.
 */
const YOUNG_MS = 1_000;

/** A body that is being read. */
export interface Unfinished {
  /** The client's address, as limits count it. */
  from: string;
  /** The connection, if it carries several requests at a time (HTTP/2). */
  connection?: object;
  /** Stops reading the body; not needed for one that is added only where there is room. */
  cut?(): void;
}

/** The most unfinished bodies. */
export interface BodyLimits {
  inAll: number;
  ofAddress: number;
  ofConnection: number;
}

/**
 * Counts the bodies that are being read. If there are too many, it cuts the oldest, never the newest: a client of
 * ordinary speed finishes long before its body is the oldest.
 */
export class UnfinishedBodies {
  private readonly all = new Set<Unfinished>();
  private readonly byAddress = new Map<string, Set<Unfinished>>();
  private readonly byConnection = new WeakMap<object, Set<Unfinished>>();
  /** Groups that were above their limit, which is beside them, and are looked at again. */
  private readonly tooLarge = new Map<Set<Unfinished>, number>();
  private readonly since = new WeakMap<Unfinished, number>();
  /** The number of bodies cut since the start. */
  cuts = 0;

  constructor(private readonly max: BodyLimits) {}

  /** The number of unfinished bodies. */
  get size(): number {
    return this.all.size;
  }

  /** Whether a body can be added without a cut. */
  hasRoomFor({ from, connection }: Unfinished): boolean {
    const { inAll, ofAddress, ofConnection } = this.max;
    return (
      this.all.size < inAll &&
      (this.byAddress.get(from)?.size ?? 0) < ofAddress &&
      (!connection || (this.byConnection.get(connection)?.size ?? 0) < ofConnection)
    );
  }

  /**
   * Adds a body. @returns a function that removes it, once it is read or given up; not needed for a body that was
   * cut
   */
  add(body: Unfinished): () => void {
    const { from, connection } = body;
    const { inAll, ofAddress, ofConnection } = this.max;
    this.since.set(body, performance.now());
    this.all.add(body);
    this.put(body, groupOf(this.byAddress, from), ofAddress);
    if (connection) this.put(body, groupOf(this.byConnection, connection), ofConnection);
    if (this.all.size > inAll) this.cut(oldestOf(this.someTooLarge() ?? this.all));
    return () => this.remove(body);
  }

  private put(body: Unfinished, group: Set<Unfinished>, max: number): void {
    group.add(body);
    if (group.size > max && !this.tooLarge.has(group)) this.cutTo(max, group);
  }

  /** A group above its limit: its young bodies are cut before those of others. */
  private someTooLarge(): Set<Unfinished> | undefined {
    for (const [group, max] of this.tooLarge) if (group.size > max) return group;
    return undefined;
  }

  /** Cuts the oldest until as many are left, and looks again later for those that are young. */
  private cutTo(max: number, group: Set<Unfinished>): void {
    this.tooLarge.delete(group);
    while (group.size > max) {
      const oldest = oldestOf(group);
      const youngMs = this.since.get(oldest)! + YOUNG_MS - performance.now();
      if (youngMs > 0) {
        this.tooLarge.set(group, max);
        return void setTimeout(() => this.cutTo(max, group), youngMs).unref();
      }
      this.cut(oldest);
    }
  }

  private cut(body: Unfinished): void {
    this.cuts += 1;
    this.remove(body);
    body.cut?.();
  }

  private remove(body: Unfinished): void {
    const { from, connection } = body;
    this.all.delete(body);
    const ofAddress = this.byAddress.get(from);
    ofAddress?.delete(body);
    if (ofAddress?.size === 0) this.byAddress.delete(from);
    if (connection) this.byConnection.get(connection)?.delete(body);
  }
}

/** A set iterates in insertion order, so the first is the oldest. */
function oldestOf(group: Set<Unfinished>): Unfinished {
  const [oldest] = group;
  return oldest!;
}

function groupOf<Key extends WeakKey | string>(
  groups: { get(key: Key): Set<Unfinished> | undefined; set(key: Key, group: Set<Unfinished>): unknown },
  key: Key,
): Set<Unfinished> {
  let group = groups.get(key);
  if (!group) groups.set(key, (group = new Set()));
  return group;
}

/** The HTTP/2 session of a request; undefined for HTTP/1.1. */
export const connectionOf = (request: IncomingMessage): object | undefined =>
  'stream' in request ? (request.stream as { session?: object }).session : undefined;
