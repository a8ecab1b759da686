import type { ListSizeOptions } from '#gateway/declare/list-size';
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  getNullableType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type GraphQLType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
  type ValueNode,
} from 'graphql';
import { listSizeOf, WEIGHTS } from './list-sizes.ts';
import { isLeftOut, type Values, valuesOf } from '#gateway/transports/graphql/operation/variable-values';

/** The size of an operation with its fragments expanded. */
export interface Size {
  /**
   * The deepest nesting of fields. Introspection counts as one level: tools nest it 15 deep, and MaxIntrospectionDepthRule bounds
   * its lists.
   */
  depth: number;
  fields: number;
  aliases: number;
  directives: number;
  rootFields: number;
  /** The names of the root fields that will run, by response key. */
  runs: ReadonlyMap<string, string>;
  /** The largest page size requested. */
  page: number;
  /** The estimated cost of the objects in its response. */
  cost: number;
  selectsSchema: boolean;
  /** Whether it uses `@defer` or `@stream`. */
  isIncremental: boolean;
}

type Variables = Readonly<Record<string, unknown>>;
type Part = Omit<Size, 'rootFields' | 'runs'>;

const NOTHING: Part = {
  depth: 0,
  fields: 0,
  aliases: 0,
  directives: 0,
  page: 0,
  cost: 0,
  selectsSchema: false,
  isIncremental: false,
};

/** Directives of the incremental delivery draft; no edition of GraphQL has them yet. */
const INCREMENTAL = new Set(['defer', 'stream']);

/**
 * Measures an operation in time linear in the document, however its fragments are chained. Selections that `@skip` or `@include`
 * leave out count as fields, but have no page size or cost. Unknown fields cost nothing, since validation refuses them next.
 */
export function measure(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): Size {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const one of document.definitions)
    if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one);
  const known = new Map<string, Part>();
  const open = new Set<string>();
  const root = schema.getRootType(operation.operation) ?? undefined;
  let rootFields = 0;
  const runs = new Map<string, string>();
  const values = valuesOf(operation, variables);

  function ofSet({ selections }: SelectionSetNode, type: GraphQLNamedType | undefined, sized: Sized): Part {
    const all = { ...NOTHING };
    for (const selection of selections) {
      const own = selection.directives?.length ?? 0;
      if (own) all.isIncremental ||= selection.directives!.some(({ name }) => INCREMENTAL.has(name.value));
      const its = sized.isLeftOut || isLeftOut(selection, values) ? LEFT_OUT : sized;
      if (selection.kind === Kind.FIELD) add(all, ofField(selection, type, its), own);
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const on = selection.typeCondition ? schema.getType(selection.typeCondition.name.value) : type;
        add(all, ofSet(selection.selectionSet, on, its), own);
      } else add(all, ofFragment(selection.name.value, its), own);
    }
    return all;
  }

  function ofFragment(name: string, sized: Sized): Part {
    const fragment = fragments.get(name);
    // Validation refuses a fragment cycle.
    if (!fragment || open.has(name)) return NOTHING;
    const key = `${name} ${sized.size} ${sized.fields?.join() ?? ''} ${sized.isLeftOut ?? false}`;
    const found = known.get(key);
    if (found) return found;
    open.add(name);
    const part = ofSet(fragment.selectionSet, schema.getType(fragment.typeCondition.name.value), sized);
    add(part, NOTHING, fragment.directives?.length ?? 0);
    open.delete(name);
    known.set(key, part);
    return part;
  }

  function ofField(node: FieldNode, parent: GraphQLNamedType | undefined, sized: Sized): Part {
    const name = node.name.value;
    if (parent === root) {
      rootFields += 1;
      if (!sized.isLeftOut) runs.set((node.alias ?? node.name).value, name);
    }
    const isObject = parent && (isObjectType(parent) || isInterfaceType(parent));
    const field = isObject ? parent.getFields()[name] : undefined;
    const its = field && listSizeOf(field);
    const page = field && its && !sized.isLeftOut ? pageOf(field, node, its, values) : undefined;
    const listSize = page ?? its?.assumedSize ?? UNKNOWN_SIZE;
    const inner = sized.isLeftOut
      ? sized
      : its?.sizedFields
        ? { size: listSize, fields: its.sizedFields }
        : UNSIZED;
    const type = field && getNamedType(field.type);
    const below = node.selectionSet ? ofSet(node.selectionSet, type, inner) : NOTHING;
    const size = !field ? 0 : !isList(field) ? 1 : sized.fields?.includes(name) ? sized.size : listSize;
    const isSchema = name === '__schema' || name === '__type';
    const weight = !type ? 0 : isCompositeType(type) ? WEIGHTS.object : WEIGHTS.value;
    return {
      depth: isSchema ? 1 : 1 + below.depth,
      fields: 1 + below.fields,
      aliases: (node.alias ? 1 : 0) + below.aliases,
      directives: below.directives,
      page: Math.max(page ?? 0, below.page),
      cost: sized.isLeftOut ? 0 : size * (weight + below.cost),
      selectsSchema: isSchema || below.selectsSchema,
      isIncremental: below.isIncremental,
    };
  }

  const whole = ofSet(operation.selectionSet, root, UNSIZED);
  return { ...whole, directives: whole.directives + (operation.directives?.length ?? 0), rootFields, runs };
}

/** The size that a field declares for lists below it (`sizedFields`). */
interface Sized {
  size: number;
  fields?: readonly string[];
  /** Set where `@skip` or `@include` leaves out the selection. */
  isLeftOut?: boolean;
}

const UNSIZED: Sized = { size: 1 };
const LEFT_OUT: Sized = { size: 0, isLeftOut: true };
const UNKNOWN_SIZE = 10;

function add(all: Part, part: Part, directives: number): void {
  all.depth = Math.max(all.depth, part.depth);
  all.fields += part.fields;
  all.aliases += part.aliases;
  all.directives += part.directives + directives;
  all.page = Math.max(all.page, part.page);
  all.cost += part.cost;
  all.selectsSchema ||= part.selectsSchema;
  all.isIncremental ||= part.isIncremental;
}

const isList = ({ type }: { type: GraphQLType }): boolean => isListType(getNullableType(type));

/** The largest slicing argument, with variables and defaults applied, where null is as none; undefined without one. */
function pageOf(
  { args }: GraphQLField<unknown, unknown>,
  node: FieldNode,
  { slicingArguments = [] }: ListSizeOptions,
  values: Values,
): number | undefined {
  const sizes = args.flatMap((argument) => {
    if (!slicingArguments.includes(argument.name)) return [];
    const given = node.arguments?.find(({ name }) => name.value === argument.name)?.value;
    const value = (given && valueOf(given, values)) ?? argument.defaultValue;
    // One value stands for a list of it (GraphQL, 3.11).
    const size = isList(argument) && value !== undefined ? [value].flat().length : value;
    return Number.isFinite(size) ? Number(size) : [];
  });
  return sizes.length ? Math.max(0, ...sizes) : undefined;
}

const valueOf = (node: ValueNode, values: Values): unknown =>
  node.kind === Kind.VARIABLE ? values(node.name.value) : valueFromASTUntyped(node);
