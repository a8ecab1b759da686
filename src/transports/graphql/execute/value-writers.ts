import {
  type ArgumentNode,
  defaultFieldResolver,
  type FieldNode,
  getArgumentValues,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLLeafType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  visit,
} from 'graphql';
import { FIRST } from '#gateway/declare/first';
import type { Decisions } from './conditions.ts';
import { fieldsSelected } from './fields-selected.ts';
import { NotStatic } from './not-static.ts';

/** A value that its type does not allow: what becomes of it is for an executor to say. */
export class Unwritable extends Error {}

/** What one answer is written with. */
interface Run {
  variables: Record<string, unknown>;
  objects: number;
}

/** Writes a value as JSON. @throws {Unwritable} */
export type Write = (value: unknown, run: Run) => string;

type Nodes = readonly FieldNode[];

/** What is known of the operation. */
export interface Selecting {
  fragments: GraphQLResolveInfo['fragments'];
  /** Whether what is frozen is written once, for good. */
  keepsText: boolean;
  hasVariables: boolean;
  /** What `@skip` and `@include` are given. */
  decisions: Decisions;
  /** Gets what reads the arguments of each field that has them; it throws where they cannot be coerced. */
  argumentReaders: ((variables: Record<string, unknown>) => void)[];
}

/** How values of a type are written, as a selection wants them. @throws {NotStatic} where that depends on them */
export function writerOf(type: GraphQLOutputType, nodes: Nodes, selecting: Selecting): Write {
  if (isNonNullType(type)) {
    const write = present(type.ofType, nodes, selecting);
    return (value, run) => {
      if (value === null || value === undefined) throw new Unwritable();
      return write(value, run);
    };
  }
  const write = present(type, nodes, selecting);
  return (value, run) => (value === null || value === undefined ? 'null' : write(value, run));
}

/** The same of values that are there. */
function present(type: GraphQLOutputType, nodes: Nodes, selecting: Selecting): Write {
  if (isLeafType(type)) {
    return (value) => {
      const text = serialized(type, value);
      if (text === undefined || text === 'null') throw new Unwritable();
      return text;
    };
  }
  // What a variable decides is not the same each time.
  const isFixed = !selecting.hasVariables || !nodes.some(dependsOnVariables);
  const keep = selecting.keepsText && isFixed ? kept : (write: Write) => write;
  if (isListType(type)) return keep(list(writerOf(type.ofType as GraphQLOutputType, nodes, selecting)));
  if (isObjectType(type)) return keep(object(type, nodes, selecting));
  throw new NotStatic();
}

function serialized(type: GraphQLLeafType, value: unknown): string | undefined {
  try {
    return JSON.stringify(type.serialize(value));
  } catch {
    throw new Unwritable();
  }
}

function list(write: Write): Write {
  return (value, run) => {
    if (!Array.isArray(value)) throw new Unwritable();
    let text = '';
    for (const one of value) text += text ? `,${write(one, run)}` : write(one, run);
    return `[${text}]`;
  };
}

function object(type: GraphQLObjectType, nodes: Nodes, selecting: Selecting): Write {
  const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
  const fields = type.getFields();
  const all = [...fieldsSelected(type, sets, selecting.fragments, selecting.decisions)].map(
    ([key, its], index) => {
      const name = its[0]!.name.value;
      const start = `${index ? ',' : '{'}${JSON.stringify(key)}:`;
      if (name === '__typename') return { start, name, write: () => JSON.stringify(type.name) };
      const field = fields[name]!;
      return { start, name, write: reading(field, its[0]!, writerOf(field.type, its, selecting), selecting) };
    },
  );
  return (value, run) => {
    if (typeof value !== 'object' || value instanceof Error || isPromise(value)) throw new Unwritable();
    run.objects += 1;
    if (!all.length) return '{}';
    let text = '';
    for (const { start, name, write } of all) text += start + write((value as Record<string, unknown>)[name], run);
    return `${text}}`;
  };
}

const isPromise = (value: object | null): boolean =>
  typeof (value as Partial<Promise<unknown>>).then === 'function';

/** A property as it stands, or the first so many of a list. */
function reading(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  write: Write,
  { argumentReaders }: Selecting,
): Write {
  if (field.extensions[FIRST]) {
    const firstOf = (variables: Record<string, unknown>) =>
      getArgumentValues(field, node, variables)['first'] as number;
    const fixed = node.arguments?.some(dependsOnVariables) ? undefined : firstOf({});
    if (fixed === undefined) argumentReaders.push(firstOf);
    return (value, run) => {
      const first = fixed ?? firstOf(run.variables);
      return write(Array.isArray(value) && value.length > first ? value.slice(0, first) : value, run);
    };
  }
  if (field.resolve && field.resolve !== defaultFieldResolver) throw new NotStatic();
  return (value, run) => {
    if (typeof value === 'function') throw new Unwritable();
    return write(value, run);
  };
}

/** What is frozen stays as it is: it is written once. */
function kept(write: Write): Write {
  const known = new WeakMap<object, { text: string; objects: number }>();
  return (value, run) => {
    if (!Object.isFrozen(value)) return write(value, run);
    let written = known.get(value as object);
    if (!written) {
      const own = { variables: run.variables, objects: 0 };
      written = { text: write(value, own), objects: own.objects };
      known.set(value as object, written);
    }
    run.objects += written.objects;
    return written.text;
  };
}

/** Of fragments it is not known here. */
function dependsOnVariables(node: FieldNode | ArgumentNode): boolean {
  let isSo = false;
  visit(node, { [Kind.VARIABLE]: () => void (isSo = true), [Kind.FRAGMENT_SPREAD]: () => void (isSo = true) });
  return isSo;
}
