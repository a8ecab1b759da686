/** The fields of an answer that a client selects, by a GraphQL selection set or `?fields=`. */
export class Selection {
  /** A selection without fields: a leaf. */
  static readonly leaf = new Selection(new Map());

  constructor(
    private readonly fields: ReadonlyMap<string, Selection>,
    /** The GraphQL arguments of this field. */
    readonly args: Readonly<Record<string, unknown>> = {},
  ) {}

  /** Whether the field at a path such as `recentOrders.lines.product` is selected. */
  has(path: string): boolean {
    return this.at(path) !== undefined;
  }

  /** The selection of the field at a path; undefined if it is not selected. */
  at(path: string): Selection | undefined {
    const direct = this.fields.get(path);
    if (direct) return direct;
    let here: Selection | undefined = this;
    for (const name of path.split('.')) here = here?.fields.get(name);
    return here;
  }

  /** The selected names at this level. */
  names(): IterableIterator<string> {
    return this.fields.keys();
  }

  /** The union of two selections. Of a numeric argument that both have, the larger is used. */
  with(other: Selection): Selection {
    const fields = new Map(this.fields);
    for (const [name, selection] of other.fields) fields.set(name, fields.get(name)?.with(selection) ?? selection);
    return new Selection(fields, largest(this.args, other.args));
  }
}

function largest(one: Selection['args'], other: Selection['args']): Selection['args'] {
  const both: Record<string, unknown> = { ...one };
  for (const [name, value] of Object.entries(other)) {
    const mine = both[name];
    both[name] = typeof mine === 'number' && typeof value === 'number' ? Math.max(mine, value) : value;
  }
  return both;
}
