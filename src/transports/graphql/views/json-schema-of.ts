import { SEMANTIC_NON_NULL } from '#gateway/declare/semantic-non-null';
import { type JsonSchema } from '#libs/view';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  getNullableType,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isListType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from 'graphql';
import { selectedFields } from '#gateway/transports/graphql/operation/selected-fields';

type Sets = readonly SelectionSetNode[];

const SCALARS: Record<string, JsonSchema> = {
  ID: { type: 'string' },
  String: { type: 'string' },
  Int: { type: 'integer' },
  SafeInt: { type: 'integer' },
  Float: { type: 'number' },
  Boolean: { type: 'boolean' },
  DateTime: { type: 'string', format: 'date-time' },
};

/** The fields of introspection, which no type has (GraphQL, 4.1). */
const META_FIELDS = new Map(
  [TypeNameMetaFieldDef, SchemaMetaFieldDef, TypeMetaFieldDef].map((one) => [one.name, one]),
);

/**
 * The JSON Schema of an operation's response data: exactly the selected fields. Semantic non-null fields are not nullable, since
 * any error fails the whole response.
 */
export function answerSchemaOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  node: OperationDefinitionNode,
): JsonSchema {
  const fragments = new Map(
    document.definitions
      .filter((one): one is FragmentDefinitionNode => one.kind === Kind.FRAGMENT_DEFINITION)
      .map((one) => [one.name.value, one]),
  );
  return ofSets(schema.getRootType(node.operation)!, [node.selectionSet]);

  function ofField({ type, extensions }: GraphQLField<unknown, unknown>, sets: Sets): JsonSchema {
    return extensions[SEMANTIC_NON_NULL] ? ofNonNull(getNullableType(type), sets) : ofType(type, sets);
  }

  function ofType(type: GraphQLOutputType, sets: Sets): JsonSchema {
    if (isNonNullType(type)) return ofNonNull(type.ofType, sets);
    const { type: kind, ...rest } = ofNonNull(type, sets);
    if (kind === undefined) return { anyOf: [rest, { type: 'null' }] };
    // An `enum` allows its own values alone.
    if ('enum' in rest) return { anyOf: [{ type: kind, ...rest }, { type: 'null' }] };
    return { ...rest, type: [kind, 'null'] };
  }

  function ofNonNull(type: GraphQLOutputType, sets: Sets): JsonSchema {
    if (isListType(type)) return { type: 'array', items: ofType(type.ofType, sets) };
    return isCompositeType(type) ? ofSets(type, sets) : leafSchemaOf(type as GraphQLLeafType);
  }

  /** An object; one of several where they differ by the type that an abstract type turns out to be. */
  function ofSets(type: GraphQLCompositeType, sets: Sets): JsonSchema {
    const types = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
    const texts = new Set(types.map((one) => JSON.stringify(ofObject(one, sets))));
    const objects = [...texts].map((text) => JSON.parse(text) as JsonSchema);
    return objects.length === 1 ? objects[0]! : { anyOf: objects };
  }

  function ofObject(type: GraphQLObjectType, sets: Sets): JsonSchema {
    const selected = [...selectedFields(schema, fragments, type, sets)];
    const properties = selected.map(([key, { nodes, sets: below }]) => {
      const name = nodes[0]!.name.value;
      return [key, ofField(type.getFields()[name] ?? META_FIELDS.get(name)!, below)] as const;
    });
    const required = selected.flatMap(([key, { isConditional }]) => (isConditional ? [] : key));
    return {
      type: 'object',
      properties: Object.fromEntries(properties),
      ...(required.length ? { required } : {}),
    };
  }
}

/** The JSON Schema of a scalar or an enum; of any value for a scalar that is not known. */
export function leafSchemaOf(type: GraphQLLeafType): JsonSchema {
  if (isEnumType(type)) return { type: 'string', enum: type.getValues().map(({ name }) => name) };
  return SCALARS[type.name] ?? {};
}
