import {
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  type GraphQLCompositeType,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type GraphQLType,
  Kind,
  type SelectionSetNode,
  type SelectionNode,
} from 'graphql';

/** The TypeScript of each scalar, as its JSON is. */
const SCALARS: Record<string, string> = {
  ...{ ID: 'string', String: 'string', Int: 'number', Float: 'number', Boolean: 'boolean' },
  ...{ DateTime: 'string', SafeInt: 'number' },
};

interface Selected {
  fields: FieldNode[];
  /** Whether it may be left out, by `@skip` or `@include`. */
  isConditional: boolean;
}

/** The types of what selections have, as TypeScript. */
export class SelectionTypes {
  private readonly schema: GraphQLSchema;
  private readonly fragments: Map<string, FragmentDefinitionNode>;

  constructor(schema: GraphQLSchema, fragments: readonly FragmentDefinitionNode[]) {
    this.schema = schema;
    this.fragments = new Map(fragments.map((one) => [one.name.value, one]));
  }

  /** An object with these selections; one for each kind of object that differs where the type is abstract. */
  of(type: GraphQLCompositeType, sets: readonly SelectionSetNode[]): string {
    const objects = isAbstractType(type) ? this.schema.getPossibleTypes(type) : [type as GraphQLObjectType];
    return [...new Set(objects.map((object) => this.object(object, sets)))].join(' | ');
  }

  private object(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): string {
    const members = [...this.collect(type, sets)].map(([key, { fields, isConditional }]) => {
      const name = fields[0]!.name.value;
      if (name === '__typename') return `${key}: '${type.name}'`;
      const below = fields.flatMap(({ selectionSet }) => selectionSet ?? []);
      return `${key}${isConditional ? '?' : ''}: ${this.field(type.getFields()[name]!.type, below)}`;
    });
    return `{ ${members.join('; ')} }`;
  }

  private field(type: GraphQLOutputType, sets: readonly SelectionSetNode[]): string {
    return written(type, (named) => (isCompositeType(named) ? this.of(named, sets) : leaf(named)));
  }

  private collect(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): Map<string, Selected> {
    const found = new Map<string, Selected>();
    const visit = (selection: SelectionNode, isOuterConditional: boolean): void => {
      const isConditional = isOuterConditional || (selection.directives?.length ?? 0) > 0;
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        const before = found.get(key);
        const fields = [...(before?.fields ?? []), selection];
        found.set(key, { fields, isConditional: isConditional && (before?.isConditional ?? true) });
        return;
      }
      const fragment =
        selection.kind === Kind.FRAGMENT_SPREAD ? this.fragments.get(selection.name.value)! : selection;
      if (!this.applies(type, fragment.typeCondition?.name.value)) return;
      for (const one of fragment.selectionSet.selections) visit(one, isConditional);
    };
    for (const { selections } of sets) for (const one of selections) visit(one, false);
    return found;
  }

  private applies(type: GraphQLObjectType, condition: string | undefined): boolean {
    if (condition === undefined || condition === type.name) return true;
    const wanting = this.schema.getType(condition);
    return isAbstractType(wanting) && this.schema.isSubType(wanting, type);
  }
}

/** The TypeScript of a variable or of a member of an input. */
export const inputTypeOf = (type: GraphQLType): string =>
  written(type as GraphQLOutputType, (named) => {
    if (!isInputObjectType(named)) return leaf(named);
    const members = Object.values(named.getFields()).map((field) => {
      const isRequired = isNonNullType(field.type) && field.defaultValue === undefined;
      return `${field.name}${isRequired ? '' : '?'}: ${inputTypeOf(field.type as GraphQLInputType)}`;
    });
    return `{ ${members.join('; ')} }`;
  });

function written(type: GraphQLType, name: (named: ReturnType<typeof getNamedType>) => string): string {
  if (isNonNullType(type)) return present(type.ofType as GraphQLType, name);
  return `${present(type, name)} | null`;
}

function present(type: GraphQLType, name: (named: ReturnType<typeof getNamedType>) => string): string {
  return isListType(type) ? `(${written(type.ofType as GraphQLType, name)})[]` : name(getNamedType(type));
}

function leaf(type: ReturnType<typeof getNamedType>): string {
  if (isEnumType(type))
    return type
      .getValues()
      .map(({ value }) => `'${String(value)}'`)
      .join(' | ');
  return SCALARS[type!.name] ?? 'unknown';
}
