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

/** Thrown for a value that its type does not allow: graphql-js then completes the query and reports it. */
class Unwritable extends Error {}

/** The state of writing one response. */
interface Run {
  variables: Record<string, unknown>;
  objects: number;
}

/** Writes a value as JSON. @throws {Unwritable} */
export type Write = (value: unknown, run: Run) => string;

type Nodes = readonly FieldNode[];

/** The facts of an operation that writers are made from. */
export interface Selecting {
  fragments: GraphQLResolveInfo['fragments'];
  /** Whether the JSON of frozen values is kept. */
  keepsText: boolean;
  hasVariables: boolean;
  /** The values of variables in `@skip` and `@include`. */
  decisions: Decisions;
}

/** Makes the writer of a type for a selection. @throws {NotStatic} where the shape depends on the value, as for interfaces */
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

/** The writer of non-null values. */
function present(type: GraphQLOutputType, nodes: Nodes, selecting: Selecting): Write {
  if (isLeafType(type)) {
    return (value) => {
      const text = serialized(type, value);
      if (text === undefined || text === 'null') throw new Unwritable();
      return text;
    };
  }
  // JSON that depends on variables cannot be kept.
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
      return { start, name, write: reading(field, its[0]!, writerOf(field.type, its, selecting)) };
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

/** The writer of a field: reads a property, or the `first` items of a list property. */
function reading(field: GraphQLField<unknown, unknown>, node: FieldNode, write: Write): Write {
  if (field.extensions[FIRST]) {
    const firstOf = (variables: Record<string, unknown>) =>
      getArgumentValues(field, node, variables)['first'] as number;
    const fixed = node.arguments?.some(dependsOnVariables) ? undefined : firstOf({});
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

/** Keeps the JSON of frozen values, which cannot change. */
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

/** Whether a node uses variables; true for fragment spreads, whose content is not known here. */
function dependsOnVariables(node: FieldNode | ArgumentNode): boolean {
  let isSo = false;
  visit(node, { [Kind.VARIABLE]: () => void (isSo = true), [Kind.FRAGMENT_SPREAD]: () => void (isSo = true) });
  return isSo;
}
