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
  return new Measurement(schema, document, operation, variables).whole();
}

class Measurement {
  private readonly fragments = new Map<string, FragmentDefinitionNode>();
  /** The fragments that were measured, by what their size depends on. */
  private readonly measured = new Map<string, Part>();
  /** The fragments that are being measured. */
  private readonly open = new Set<string>();
  private readonly root: GraphQLNamedType | undefined;
  private readonly values: Values;
  private readonly runs = new Map<string, string>();
  private rootFields = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    document: DocumentNode,
    private readonly operation: OperationDefinitionNode,
    variables: Variables,
  ) {
    for (const one of document.definitions)
      if (one.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(one.name.value, one);
    this.root = schema.getRootType(operation.operation) ?? undefined;
    this.values = valuesOf(operation, variables);
  }

  whole(): Size {
    const { selectionSet, directives = [] } = this.operation;
    const all = this.ofSet(selectionSet, this.root, UNSIZED);
    const { rootFields, runs } = this;
    return { ...all, directives: all.directives + directives.length, rootFields, runs };
  }

  private ofSet({ selections }: SelectionSetNode, type: GraphQLNamedType | undefined, sized: Sized): Part {
    const all = { ...NOTHING };
    for (const selection of selections) {
      const own = selection.directives?.length ?? 0;
      if (own) all.isIncremental ||= selection.directives!.some(({ name }) => INCREMENTAL.has(name.value));
      const its = sized.isLeftOut || isLeftOut(selection, this.values) ? LEFT_OUT : sized;
      if (selection.kind === Kind.FIELD) add(all, this.ofField(selection, type, its), own);
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const on = selection.typeCondition ? this.schema.getType(selection.typeCondition.name.value) : type;
        add(all, this.ofSet(selection.selectionSet, on, its), own);
      } else add(all, this.ofFragment(selection.name.value, its), own);
    }
    return all;
  }

  private ofFragment(name: string, sized: Sized): Part {
    const fragment = this.fragments.get(name);
    // Validation refuses a fragment cycle.
    if (!fragment || this.open.has(name)) return NOTHING;
    const key = `${name} ${sized.size} ${sized.fields?.join() ?? ''} ${sized.isLeftOut ?? false}`;
    const measured = this.measured.get(key);
    if (measured) return measured;
    this.open.add(name);
    const type = this.schema.getType(fragment.typeCondition.name.value);
    const part = this.ofSet(fragment.selectionSet, type, sized);
    add(part, NOTHING, fragment.directives?.length ?? 0);
    this.open.delete(name);
    this.measured.set(key, part);
    return part;
  }

  private ofField(node: FieldNode, parent: GraphQLNamedType | undefined, sized: Sized): Part {
    const name = node.name.value;
    if (parent === this.root) this.addRoot(node, sized);
    const isObject = parent && (isObjectType(parent) || isInterfaceType(parent));
    const field = isObject ? parent.getFields()[name] : undefined;
    const its = field && listSizeOf(field);
    const page = field && its && !sized.isLeftOut ? pageOf(field, node, its, this.values) : undefined;
    const listSize = page ?? its?.assumedSize ?? UNKNOWN_SIZE;
    const type = field && getNamedType(field.type);
    const below = node.selectionSet
      ? this.ofSet(node.selectionSet, type, sizedBelow(sized, its?.sizedFields, listSize))
      : NOTHING;
    const isSchema = name === '__schema' || name === '__type';
    return {
      depth: isSchema ? 1 : 1 + below.depth,
      fields: 1 + below.fields,
      aliases: (node.alias ? 1 : 0) + below.aliases,
      directives: below.directives,
      page: Math.max(page ?? 0, below.page),
      cost: field && !sized.isLeftOut ? timesOf(field, sized, listSize) * (weightOf(type!) + below.cost) : 0,
      selectsSchema: isSchema || below.selectsSchema,
      isIncremental: below.isIncremental,
    };
  }

  private addRoot({ alias, name }: FieldNode, sized: Sized): void {
    this.rootFields += 1;
    if (!sized.isLeftOut) this.runs.set((alias ?? name).value, name.value);
  }
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

/** The sizes of lists below a field. */
function sizedBelow(sized: Sized, fields: readonly string[] | undefined, size: number): Sized {
  if (sized.isLeftOut) return sized;
  return fields ? { size, fields } : UNSIZED;
}

/** How many objects or values a field has, for each object of its parent. */
function timesOf(field: GraphQLField<unknown, unknown>, sized: Sized, listSize: number): number {
  if (!isList(field)) return 1;
  return sized.fields?.includes(field.name) ? sized.size : listSize;
}

const weightOf = (type: GraphQLNamedType): number => (isCompositeType(type) ? WEIGHTS.object : WEIGHTS.value);

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
