import { selectedFields } from '#gateway/transports/graphql/operation/selected-fields';
import {
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
  type SelectionSetNode,
} from 'graphql';

/** The TypeScript of each scalar, as its JSON is. */
const SCALARS: Record<string, string> = {
  ID: 'string',
  String: 'string',
  Int: 'number',
  Float: 'number',
  Boolean: 'boolean',
  DateTime: 'string',
  SafeInt: 'number',
};

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
    const selected = selectedFields(this.schema, this.fragments, type, sets);
    const members = [...selected].map(([key, { nodes, sets: below, isConditional }]) => {
      const name = nodes[0]!.name.value;
      if (name === '__typename') return `${key}: '${type.name}'`;
      return `${key}${isConditional ? '?' : ''}: ${this.field(type.getFields()[name]!.type, below)}`;
    });
    return `{ ${members.join('; ')} }`;
  }

  private field(type: GraphQLOutputType, sets: readonly SelectionSetNode[]): string {
    return written(type, (named) => (isCompositeType(named) ? this.of(named, sets) : leaf(named)));
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
