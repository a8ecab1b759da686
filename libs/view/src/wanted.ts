/** Which fields of an answer a client wants: the GraphQL selection or `?fields=`, the same for every use case. */
export class Wanted {
  /** Nothing below: a leaf. */
  static readonly leaf = new Wanted(new Map());

  constructor(
    private readonly fields: ReadonlyMap<string, Wanted>,
    /** The arguments GraphQL gave with this field. */
    readonly args: Readonly<Record<string, unknown>> = {},
  ) {}

  /** Whether the field at a path such as `recentOrders.lines.product` is wanted. */
  has(path: string): boolean {
    return this.at(path) !== undefined;
  }

  /** What is wanted of the field at a path; undefined if it is not wanted at all. */
  at(path: string): Wanted | undefined {
    const direct = this.fields.get(path);
    if (direct) return direct;
    let here: Wanted | undefined = this;
    for (const name of path.split('.')) here = here?.fields.get(name);
    return here;
  }

  /** The names wanted at this level. */
  names(): IterableIterator<string> {
    return this.fields.keys();
  }

  /** What either of two wants. Where both have a number as an argument, the larger counts. */
  with(other: Wanted): Wanted {
    const fields = new Map(this.fields);
    for (const [name, wanted] of other.fields) fields.set(name, fields.get(name)?.with(wanted) ?? wanted);
    return new Wanted(fields, largest(this.args, other.args));
  }
}

function largest(one: Wanted['args'], other: Wanted['args']): Wanted['args'] {
  const both: Record<string, unknown> = { ...one };
  for (const [name, value] of Object.entries(other)) {
    const mine = both[name];
    both[name] = typeof mine === 'number' && typeof value === 'number' ? Math.max(mine, value) : value;
  }
  return both;
}
