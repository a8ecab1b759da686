/** A body that is being read. */
export interface Unfinished {
  /** Whose it is: of an address, as limits count it. */
  from: string;
  /** The connection, where it carries several requests at a time (HTTP/2). */
  connection?: object;
  /** Gives it up. */
  cut(): void;
}

/** How many bodies may be unfinished. */
export interface Most {
  inAll: number;
  ofAddress: number;
  ofConnection: number;
}

/**
 * Bodies that are being read. Where there are too many, the one that has taken longest is cut, and never the one that is new: who
 * sends at an ordinary pace is done long before it is the oldest.
 */
export class UnfinishedBodies {
  private readonly all = new Set<Unfinished>();
  private readonly byAddress = new Map<string, Set<Unfinished>>();
  private readonly byConnection = new WeakMap<object, Set<Unfinished>>();
  /** How many were cut since start. */
  cuts = 0;

  constructor(private readonly most: Most) {}

  /** How many there are. */
  get size(): number {
    return this.all.size;
  }

  /** Notes one. @returns call it once it is read, or given up; a body that is cut need not */
  add(body: Unfinished): () => void {
    const { from, connection } = body;
    const { inAll, ofAddress, ofConnection } = this.most;
    put(body, this.all, inAll, this.cut);
    put(body, groupOf(this.byAddress, from), ofAddress, this.cut);
    if (connection) put(body, groupOf(this.byConnection, connection), ofConnection, this.cut);
    return () => this.remove(body);
  }

  private readonly cut = (body: Unfinished): void => {
    this.cuts += 1;
    this.remove(body);
    body.cut();
  };

  private remove(body: Unfinished): void {
    const { from, connection } = body;
    this.all.delete(body);
    const ofAddress = this.byAddress.get(from);
    ofAddress?.delete(body);
    if (ofAddress?.size === 0) this.byAddress.delete(from);
    if (connection) this.byConnection.get(connection)?.delete(body);
  }
}

/** Sets keep the order in which things were added: the first is the oldest. */
function put(body: Unfinished, group: Set<Unfinished>, most: number, cut: (oldest: Unfinished) => void): void {
  group.add(body);
  if (group.size <= most) return;
  const [oldest] = group;
  cut(oldest!);
}

function groupOf<Key extends WeakKey | string>(
  groups: { get(key: Key): Set<Unfinished> | undefined; set(key: Key, group: Set<Unfinished>): unknown },
  key: Key,
): Set<Unfinished> {
  let group = groups.get(key);
  if (!group) groups.set(key, (group = new Set()));
  return group;
}
