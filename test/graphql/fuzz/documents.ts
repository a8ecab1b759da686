import * as fc from 'fast-check';
import {
  getNamedType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInterfaceType,
  isLeafType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';

/** A document, and how it is asked. */
export interface Asked {
  query: string;
  variables: Record<string, unknown>;
  operationName?: string;
}

/** Random documents over a schema; most are valid. They shrink to fewer and simpler selections. */
export function documentsOver(schema: GraphQLSchema): fc.Arbitrary<Asked> {
  return fc.gen().map((gen) => new Writer(schema, gen).document());
}

/** A third are small: a large one has more conditions than an answer writer is made for. */
const SELECTIONS = [8, 90, 90];
const PAGES = ['1', '3', '7', '0', '-1'];

/** Writes one document, from the choices of a generator: 0 is the simplest of each. */
class Writer {
  private readonly variables = new Map<string, string>();
  private readonly values: Record<string, unknown> = {};
  private readonly fragments: { name: string; type: string; text: string }[] = [];
  private readonly aliases = new Map<string, string>();
  private left = 0;
  private names = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly gen: fc.GeneratorValue,
  ) {}

  document(): Asked {
    this.left = SELECTIONS[this.one(SELECTIONS.length)]!;
    const isMutation = this.one(8) === 7;
    const root = isMutation ? this.schema.getMutationType()! : this.schema.getQueryType()!;
    const set = this.set(root, 0);
    const declared = [...this.variables].map(([name, type]) => `$${name}: ${type}`).join(', ');
    const name = this.one(3) === 2 ? 'Main' : '';
    const kind = isMutation ? 'mutation' : 'query';
    const operation = `${kind} ${name}${declared ? `(${declared})` : ''} ${set}`;
    const other = name && this.one(4) === 3 ? 'query Other { __typename }' : '';
    const fragments = this.fragments.map((one) => `fragment ${one.name} on ${one.type} ${one.text}`);
    const query = this.broken([operation, other, ...fragments].filter(Boolean).join('\n'));
    return { query, variables: this.values, ...(other ? { operationName: 'Main' } : {}) };
  }

  /** A number below another. */
  private one(below: number): number {
    return below < 2 ? 0 : this.gen(fc.integer, { min: 0, max: below - 1 });
  }

  /** Now and then, something that a document may not have. */
  private broken(query: string): string {
    const at = (pattern: string, by: string) => query.replace(pattern, by);
    switch (this.one(60)) {
      case 59:
        return at('id', 'idd');
      case 58:
        return at('{', '{ }');
      case 57:
        return at('}', '@skip }');
      case 56:
        return at('name', 'name @nothing');
      case 55:
        return at('(first:', '(frist:');
      case 54:
        return at('{ ', '{ ...Nothing ');
      case 53:
        return at('$', '$undeclared');
      default:
        return query;
    }
  }

  private set(type: GraphQLNamedType, depth: number): string {
    const many = 1 + this.one(depth === 0 ? 4 : 6);
    const all: string[] = [];
    for (let n = 0; n < many && (this.left > 0 || !all.length); n += 1) all.push(this.selection(type, depth));
    return `{ ${all.join(' ')} }`;
  }

  private selection(type: GraphQLNamedType, depth: number): string {
    this.left -= 1;
    const kind = this.left > 0 && depth < 7 ? this.one(12) : 0;
    if (kind === 11) return `...${this.directives()} ${this.set(type, depth + 1)}`;
    if (kind === 10 && !isUnionType(type))
      return `... on ${type.name}${this.directives()} ${this.set(type, depth + 1)}`;
    if (kind >= 8) return `...${this.fragment(type, depth)}${this.directives()}`;
    if (isUnionType(type)) {
      const member = type.getTypes()[this.one(type.getTypes().length)]!;
      return kind === 7
        ? '__typename'
        : `... on ${member.name}${this.directives()} ${this.set(member, depth + 1)}`;
    }
    return kind === 7 ? this.typename() : this.field(type, depth);
  }

  private typename(): string {
    return `${this.one(2) ? 'type: ' : ''}__typename${this.directives()}`;
  }

  private field(type: GraphQLNamedType, depth: number): string {
    if (!isObjectType(type)) throw new Error(`${type.name} has no fields`);
    const all = Object.values(type.getFields()).filter(
      ({ type: its }) => !isInterfaceType(getNamedType(its)) && (depth < 6 || isLeafType(getNamedType(its))),
    );
    const field = all[this.one(all.length)];
    if (!field) return '__typename';
    const given = this.argumentsOf(field);
    const of = getNamedType(field.type);
    const below = isLeafType(of) ? '' : ` ${this.set(of, depth + 1)}`;
    return `${this.alias(type, field, given)}${field.name}${given}${this.directives()}${below}`;
  }

  /** The same key for the same arguments, so that what has one key can be merged. */
  private alias(type: GraphQLNamedType, field: GraphQLField<unknown, unknown>, given: string): string {
    if (!given) return this.one(5) === 4 ? `${field.name}Too: ` : '';
    const key = `${type.name}.${field.name}${given}`;
    if (!this.aliases.has(key)) this.aliases.set(key, `a${this.aliases.size}`);
    return `${this.aliases.get(key)}: `;
  }

  private argumentsOf(field: GraphQLField<unknown, unknown>): string {
    const all = field.args.flatMap(({ name, type, defaultValue }) => {
      const isRequired = isNonNullType(type) && defaultValue === undefined;
      if (!isRequired && this.one(2) === 0) return [];
      const of = getNamedType(type);
      if (isEnumType(of))
        return [
          `${name}: ${this.enumeration(
            of.name,
            of.getValues().map((one) => one.name),
          )}`,
        ];
      if (of.name === 'Int') return [`${name}: ${this.int()}`];
      if (of.name === 'ID' || of.name === 'String') return [`${name}: ${this.text(of.name, isRequired)}`];
      return [`${name}: ${this.input(of.name)}`];
    });
    return all.length ? `(${all.join(', ')})` : '';
  }

  private int(): string {
    const literal = PAGES[this.one(PAGES.length)]!;
    switch (this.one(5)) {
      case 4:
        return this.variable(`Int = ${literal}`, [undefined, null, 2, 'x']);
      case 3:
        return this.variable('Int!', [2, 5, 2, null, undefined, 'x', 1.5]);
      case 2:
        return this.variable('Int! = 3', [undefined, 4, null]);
      default:
        return literal;
    }
  }

  private text(type: string, isRequired: boolean): string {
    const literal = ['"p1"', '"a b"', '"""x"""'][this.one(3)]!;
    switch (this.one(4)) {
      case 3:
        return this.variable(`${type}${isRequired ? '!' : ''} = "p9"`, [undefined, 'p2', null, {}]);
      case 2:
        return this.variable(`${type}!`, ['p3', 'p4', undefined, null, ['p']]);
      default:
        return literal;
    }
  }

  private enumeration(type: string, names: readonly string[]): string {
    const literal = names[this.one(names.length)]!;
    if (this.one(3) < 2) return literal;
    return this.variable(`${type} = ${literal}`, [undefined, names[0], null, 'NOTHING', 3]);
  }

  private input(type: string): string {
    const text = () => this.text('String', true);
    switch (type) {
      case 'LoginInput':
        return `{ email: ${text()}, password: ${text()} }`;
      case 'RefreshInput':
        return `{ refreshToken: ${text()} }`;
      case 'CancelOrderInput':
        return this.one(3) === 2
          ? this.variable('CancelOrderInput!', [{ id: 'o1' }, { id: null }, { ids: 'o1' }])
          : `{ id: ${this.text('ID', true)} }`;
      case 'PlaceOrderInput':
        return `{ lines: [{ productId: ${this.text('ID', true)}, quantity: ${this.one(2) ? this.variable('Int = 1', [undefined, 2, null]) : '1'} }] }`;
      default:
        return `{ name: ${this.text('String', false)} }`;
    }
  }

  private variable(type: string, values: readonly unknown[]): string {
    const name = `v${this.variables.size}`;
    this.variables.set(name, type);
    // The first values are right, and most are.
    const value = values[this.one(3) === 2 ? this.one(values.length) : this.one(Math.min(2, values.length))];
    if (value !== undefined) this.values[name] = value;
    return `$${name}`;
  }

  private directives(): string {
    const dice = this.one(10);
    if (dice < 7) return '';
    const first = dice % 2 ? '@include' : '@skip';
    const both =
      dice === 9 && this.one(3) === 2
        ? ` ${first === '@skip' ? '@include' : '@skip'}(if: ${this.condition()})`
        : '';
    return ` ${first}(if: ${this.condition()})${both}`;
  }

  private condition(): string {
    const known = [...this.variables].filter(([, type]) => type.startsWith('Boolean')).map(([name]) => `$${name}`);
    switch (this.one(5)) {
      case 4:
        return this.variable('Boolean = true', [undefined, false, null, 'x']);
      case 3:
        return this.variable('Boolean!', [true, false, true, null, undefined]);
      case 2:
        return known.length ? known[this.one(known.length)]! : this.variable('Boolean!', [true, false]);
      case 1:
        return 'false';
      default:
        return 'true';
    }
  }

  private fragment(type: GraphQLNamedType, depth: number): string {
    const known = this.fragments.filter((one) => one.type === type.name);
    if (known.length && this.one(3)) return known[this.one(known.length)]!.name;
    const name = `F${(this.names += 1)}`;
    // It is known once it is complete: so it is never in itself.
    const text = this.set(type, depth + 1);
    this.fragments.push({ name, type: type.name, text });
    return name;
  }
}
