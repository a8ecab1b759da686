import * as fc from 'fast-check';
import {
  getNamedType,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isLeafType,
  isUnionType,
  type OperationTypeNode,
} from 'graphql';
import { broken } from './broken.ts';
import { InputValues, type Rightness, SECRET } from './input-values.ts';
import { dressed, ODD_NAMES } from './odd-values.ts';
import { Picks } from './picks.ts';

/** A document, and how it is asked. */
export interface GraphqlRequest {
  query: string;
  variables: Record<string, unknown>;
  operationName?: string;
  kind: OperationTypeNode;
}

/** Random documents over a schema; most are valid. They shrink to fewer and simpler selections. */
export function documentsOver(schema: GraphQLSchema): fc.Arbitrary<GraphqlRequest> {
  return fc.gen().map((gen) => new Writer(schema, new Picks(gen)).document());
}

/** A third are small: a large one may have more conditions than an answer writer is made for. */
const SELECTIONS = [7, 40, 60];
/** How many of each twelve documents have variables that are right, null where they may be, or wrong. */
const RIGHTNESS: readonly Rightness[] = [
  ...Array<Rightness>(5).fill('right'),
  ...Array<Rightness>(5).fill('null where it may be'),
  ...Array<Rightness>(2).fill('wrong'),
];
/** How many of each twenty documents. */
const KINDS = [...Array<string>(16).fill('query'), ...Array<string>(3).fill('mutation'), 'subscription'];
const SCHEMA = [
  '__schema { queryType { name } types { name kind } }',
  '__type(name: "Query") { name fields { name args { name defaultValue } } }',
];

/** Writes one document, from the choices of a generator. */
class Writer {
  private readonly inputs: InputValues;
  private readonly fragments: { name: string; on: GraphQLNamedType; text: string }[] = [];
  private readonly aliases = new Map<string, string>();
  /** The names of fragments, those that are not yet written among them. */
  private readonly opened = new Set<string>();
  private left: number;
  private names = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly picks: Picks,
  ) {
    this.left = picks.one(SELECTIONS);
    this.inputs = new InputValues(picks, picks.one(RIGHTNESS));
  }

  document(): GraphqlRequest {
    const kind = this.picks.one(KINDS) as OperationTypeNode;
    const root = this.schema.getRootType(kind)!;
    const set = kind === 'subscription' ? this.onlyField(root) : this.set(root, 0);
    const declared = [...this.inputs.declared].map(([name, type]) => `$${name}: ${type}`).join(', ');
    const name = this.picks.below(3) === 2 ? 'Main' : '';
    const description = name && this.picks.below(8) === 7 ? '"""What is asked."""\n' : '';
    const operation = `${description}${kind} ${name}${declared ? `(${declared})` : ''} ${set}`;
    const other = name && this.picks.below(4) === 3 ? 'query Other { __typename }' : '';
    const fragments = this.fragments.map((one) => `fragment ${one.name} on ${one.on.name} ${one.text}`);
    const query = [operation, other, ...fragments].filter(Boolean).join('\n');
    return {
      query: dressed(broken(query, this.picks), this.picks),
      // Unknown variables are ignored.
      variables: { ...this.inputs.given, ...(this.picks.below(6) === 5 ? { unknown: SECRET } : {}) },
      ...(other ? { operationName: 'Main' } : {}),
      kind,
    };
  }

  /** A subscription has one field, however it is put (GraphQL, 5.2.4.1). */
  private onlyField(root: GraphQLObjectType): string {
    const field = this.field(root, 0, false);
    switch (this.picks.below(4)) {
      case 3:
        this.fragments.push({ name: 'Only', on: root, text: `{ ${field} }` });
        return '{ ...Only }';
      case 2:
        return `{ ... on ${root.name} { ${field} } }`;
      default:
        return `{ ${field} }`;
    }
  }

  private set(type: GraphQLCompositeType, depth: number): string {
    const many = 1 + this.picks.below(depth === 0 ? 4 : 6);
    const all: string[] = [];
    for (let n = 0; n < many && (this.left > 0 || !all.length); n += 1) all.push(this.selection(type, depth));
    return `{ ${all.join(' ')} }`;
  }

  private selection(type: GraphQLCompositeType, depth: number): string {
    this.left -= 1;
    const kind = this.left > 0 && depth < 7 ? this.picks.below(12) : 0;
    if (kind === 11) return `...${this.directives()} ${this.set(type, depth + 1)}`;
    if (kind === 10 || (kind < 7 && isUnionType(type))) {
      const on = this.picks.one(this.overlapping(type));
      return `... on ${on.name}${this.directives()} ${this.set(on, depth + 1)}`;
    }
    if (kind >= 8) return this.spread(type, depth);
    if (kind === 7 || isUnionType(type)) return this.typename(type, depth);
    return this.field(type, depth);
  }

  /** A fragment, now and then twice under different conditions. */
  private spread(type: GraphQLCompositeType, depth: number): string {
    const name = this.fragment(type, depth);
    const many = this.picks.below(4) === 3 ? 2 : 1;
    return Array.from({ length: many }, () => `...${name}${this.directives(many > 1)}`).join(' ');
  }

  private typename(type: GraphQLCompositeType, depth: number): string {
    if (depth === 0 && type === this.schema.getQueryType() && this.picks.below(6) === 5)
      return this.picks.one(SCHEMA);
    return `${this.picks.below(2) ? 'type: ' : ''}__typename${this.directives()}`;
  }

  private field(type: Exclude<GraphQLCompositeType, { getTypes(): unknown }>, depth: number, mayBeLeftOut = true) {
    const all = Object.values(type.getFields()).filter(
      (field) => depth < 6 || isLeafType(getNamedType(field.type)),
    );
    if (!all.length) return '__typename';
    const withArguments = all.filter(({ args }) => args.length > 0);
    const field = this.picks.one(withArguments.length && this.picks.below(5) > 2 ? withArguments : all);
    const given = this.inputs.argumentsOf(field.args);
    const of = getNamedType(field.type);
    const below = isCompositeType(of) ? ` ${this.set(of, depth + 1)}` : '';
    const directives = mayBeLeftOut ? this.directives() : '';
    return `${this.alias(type, field, given)}${field.name}${given}${directives}${below}`;
  }

  /** The same key for the same arguments, so that what has one key can be merged. */
  private alias(type: GraphQLNamedType, field: GraphQLField<unknown, unknown>, given: string): string {
    const dice = this.picks.below(60);
    if (!given && dice < 59) return dice % 5 === 4 ? `${field.name}Too: ` : '';
    const key = `${type.name}.${field.name}${given}`;
    if (!this.aliases.has(key)) this.aliases.set(key, this.newKey(dice === 59));
    return `${this.aliases.get(key)}: `;
  }

  /** A response key that no other field has. */
  private newKey(isOdd: boolean): string {
    const odd = isOdd ? this.picks.one(ODD_NAMES) : undefined;
    const isTaken = odd === undefined || [...this.aliases.values()].includes(odd);
    return isTaken ? `a${this.aliases.size}` : odd;
  }

  private directives(isLikely = false): string {
    const dice = this.picks.below(10);
    if (dice < (isLikely ? 3 : 7)) return '';
    const first = dice % 2 ? '@include' : '@skip';
    const other = first === '@skip' ? '@include' : '@skip';
    const both = dice === 9 && this.picks.below(3) === 2 ? ` ${other}(if: ${this.inputs.condition()})` : '';
    return ` ${first}(if: ${this.inputs.condition()})${both}`;
  }

  private fragment(type: GraphQLCompositeType, depth: number): string {
    const overlapping = this.overlapping(type);
    const known = this.fragments.filter(({ on }) => overlapping.includes(on as GraphQLCompositeType));
    if (known.length && this.picks.below(3)) return this.picks.one(known).name;
    const odd = this.picks.below(40) === 39 ? this.picks.one(ODD_NAMES) : 'on';
    const isTaken = odd === 'on' || this.fragments.some((one) => one.name === odd) || this.opened.has(odd);
    const name = isTaken ? `F${(this.names += 1)}` : odd;
    this.opened.add(name);
    // It is known once it is complete: so it is never in itself.
    const on = this.picks.one(overlapping);
    const text = this.set(on, depth + 1);
    this.fragments.push({ name, on, text });
    return name;
  }

  /** The types that a fragment may be on where a type is: of a union, its members first. */
  private overlapping(type: GraphQLCompositeType): GraphQLCompositeType[] {
    if (isAbstractType(type)) return [...this.schema.getPossibleTypes(type), type];
    const above = Object.values(this.schema.getTypeMap()).filter(
      (one) => isAbstractType(one) && this.schema.isSubType(one, type),
    );
    return [type, ...(above as GraphQLCompositeType[])];
  }
}
