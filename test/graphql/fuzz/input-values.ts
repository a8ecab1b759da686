import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';
import { ODD_NAMES, oddLiteral, oddValue } from './odd-values.ts';
import type { Picks } from './picks.ts';

/** How right the values of a document's variables are. */
export type Rightness = 'right' | 'null where it may be' | 'wrong';

/** A text that no answer has: where it comes back, an error has quoted it. */
export const SECRET = 's3cret';

const PAGES = ['1', '3', '7', '0', '30'];
const TEXTS = [`"${SECRET}"`, `"a ${SECRET}"`, `"""${SECRET}"""`];

/** Writes arguments of any type of a schema, with variables in them. */
export class InputValues {
  /** The declared types of variables, defaults with them, by name. */
  readonly declared = new Map<string, string>();
  readonly given: Record<string, unknown> = {};

  constructor(
    private readonly picks: Picks,
    private readonly rightness: Rightness,
  ) {}

  /** The arguments of a field, in brackets; nothing where there are none. */
  argumentsOf(all: readonly GraphQLArgument[]): string {
    const some = all.flatMap((one) => {
      if (!isRequiredArgument(one) && this.picks.below(3) === 0) return [];
      return [`${one.name}: ${this.input(one.type, one.defaultValue !== undefined)}`];
    });
    return some.length ? `(${some.join(', ')})` : '';
  }

  /** What a directive is given. */
  condition(): string {
    const known = [...this.declared].filter(([, type]) => type.startsWith('Boolean'));
    const kind = this.picks.below(5);
    switch (known.length > 2 && kind > 2 && this.picks.below(8) ? 2 : kind) {
      case 4:
        return this.variable('Boolean = true', [undefined, false], [null, SECRET]);
      case 3:
        return this.variable('Boolean!', [true, false], [null, undefined]);
      case 2:
        if (!known.length) return this.variable('Boolean!', [true, false], []);
        return `$${known[this.picks.below(known.length)]![0]}`;
      case 1:
        return 'false';
      default:
        return 'true';
    }
  }

  /** A literal, or a variable. @param hasDefault whether the place takes a variable that may be null all the same */
  private input(type: GraphQLInputType, hasDefault: boolean): string {
    const isRequired = isNonNullType(type);
    const own = isNonNullType(type) ? (type.ofType as GraphQLInputType) : type;
    const kind = this.picks.below(8);
    if (kind < 3) return kind === 2 && !isRequired ? 'null' : this.literal(own);
    const right = this.json(own, 0);
    const wrong = this.wrong(own);
    if (kind === 3)
      return this.variable(`${String(own)}!`, [right, this.json(own, 1)], [null, undefined, ...wrong]);
    // A null is for whoever runs the document to find where the place has a default, and none of its own.
    if (isRequired && !hasDefault) {
      return this.variable(`${String(own)}! = ${this.literal(own, true)}`, [undefined, right], [null, ...wrong]);
    }
    if (kind < 7)
      return this.variable(`${String(own)} = ${this.literal(own, true)}`, [undefined, right], wrong, [null]);
    return this.variable(`${String(own)}`, [right, undefined], wrong, [null]);
  }

  private literal(type: GraphQLInputType, isConstant = false): string {
    if (isNonNullType(type)) return this.literal(type.ofType as GraphQLInputType, isConstant);
    if (isListType(type)) return this.list(type.ofType as GraphQLInputType, isConstant);
    if (isInputObjectType(type)) return this.object(type, isConstant);
    if (this.isOdd()) return oddLiteral(type.name, this.picks);
    if (isEnumType(type)) return type.getValues()[this.picks.below(type.getValues().length)]!.name;
    switch (type.name) {
      case 'Int':
        return PAGES[this.picks.below(PAGES.length)]!;
      case 'SafeInt':
        return '12';
      case 'Float':
        return '1.5';
      case 'Boolean':
        return 'true';
      case 'DateTime':
        return '"2026-11-28T07:00:00Z"';
      default:
        return TEXTS[this.picks.below(TEXTS.length)]!;
    }
  }

  private isOdd(): boolean {
    return this.picks.below(40) === 39;
  }

  private list(of: GraphQLInputType, isConstant: boolean): string {
    const own = () => (isConstant ? this.literal(of, true) : this.input(of, false));
    // One value stands for a list of it (GraphQL, 3.11).
    const many = this.picks.below(4);
    return many === 3 ? own() : `[${Array.from({ length: many || 1 }, own).join(', ')}]`;
  }

  private object(type: GraphQLInputObjectType, isConstant: boolean): string {
    const all = Object.values(type.getFields());
    const some = type.isOneOf ? [all[this.picks.below(all.length)]!] : all.filter((one) => this.has(one));
    const own = (field: GraphQLInputField) =>
      isConstant ? this.literal(field.type, true) : this.input(field.type, field.defaultValue !== undefined);
    return `{ ${some.map((one) => `${one.name}: ${own(one)}`).join(', ')} }`;
  }

  private has(field: GraphQLInputField): boolean {
    return isRequiredInputField(field) || this.picks.below(3) === 2;
  }

  /** A value as JSON has it. @param which 0 or another number: values that differ, where there are several */
  private json(type: GraphQLInputType, which: number): unknown {
    if (isNonNullType(type)) return this.json(type.ofType as GraphQLInputType, which);
    if (isListType(type)) return [this.json(type.ofType as GraphQLInputType, which)];
    if (isInputObjectType(type)) {
      const all = Object.values(type.getFields());
      const some = type.isOneOf ? all.slice(0, 1) : all.filter(isRequiredInputField);
      return Object.fromEntries(some.map((one) => [one.name, this.json(one.type, which)]));
    }
    if (this.isOdd()) return oddValue(type.name, this.picks);
    if (isEnumType(type)) return type.getValues()[which % type.getValues().length]!.name;
    switch (type.name) {
      case 'Int':
      case 'SafeInt':
        return [2, 30, 5][this.picks.below(3)]! + which;
      case 'Float':
        return 1.5 + which;
      case 'Boolean':
        return which === 0;
      case 'DateTime':
        return '2026-11-28T07:00:00Z';
      default:
        return `${SECRET}${which}`;
    }
  }

  /** What a type does not take, and what one may have meant. */
  private wrong(type: GraphQLInputType): unknown[] {
    if (isEnumType(type)) return [`${type.getValues()[0]!.name}S`, SECRET, 3];
    if (isInputObjectType(type)) {
      const right = this.json(type, 0) as object;
      const misspelt = Object.fromEntries(Object.entries(right).map(([name, value]) => [`${name}s`, value]));
      return [misspelt, { ...right, [`${Object.keys(type.getFields())[0]}s`]: SECRET }, SECRET, {}];
    }
    if (isListType(type)) return [[null], { other: SECRET }];
    return String(type) === 'ID' || String(type) === 'String'
      ? [{ other: SECRET }, [SECRET], ['p', SECRET]]
      : [SECRET, [SECRET], '1', {}];
  }

  /** @param nulls nulls that the type of the variable allows, though its place may not */
  private variable(
    type: string,
    right: readonly unknown[],
    wrong: readonly unknown[],
    nulls: readonly null[] = [],
  ): string {
    const odd = this.isOdd() ? this.picks.one(ODD_NAMES) : '__proto__';
    // graphql-js itself has variables in an object with a prototype.
    const name = odd === '__proto__' || this.declared.has(odd) ? `v${this.declared.size}` : odd;
    this.declared.set(name, type);
    const others = this.rightness === 'wrong' ? [...nulls, ...wrong] : this.rightness === 'right' ? [] : nulls;
    const isOther = others.length > 0 && this.picks.below(this.rightness === 'wrong' ? 4 : 3) > 0;
    const all = isOther ? others : right;
    const value = all[this.picks.below(all.length)];
    if (value !== undefined) this.given[name] = value;
    return `$${name}`;
  }
}
