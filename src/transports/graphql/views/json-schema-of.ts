import { SEMANTIC_NON_NULL } from '#gateway/declare/semantic-non-null';
import { type JsonSchema } from '#libs/view';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  getNullableType,
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
  type GraphQLInputType,
  isEnumType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  typeFromAST,
} from 'graphql';

const SCALARS: Record<string, JsonSchema> = {
  ID: { type: 'string' },
  String: { type: 'string' },
  Int: { type: 'integer' },
  SafeInt: { type: 'integer' },
  Float: { type: 'number' },
  Boolean: { type: 'boolean' },
  DateTime: { type: 'string', format: 'date-time' },
};

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
  return ofSet(node.selectionSet, schema.getRootType(node.operation)!);

  function ofField({ type, extensions }: GraphQLField<unknown, unknown>, set: SelectionSetNode | undefined) {
    return extensions[SEMANTIC_NON_NULL] ? ofNonNull(getNullableType(type), set) : ofType(type, set);
  }

  function ofType(type: GraphQLOutputType, set: SelectionSetNode | undefined): JsonSchema {
    if (isNonNullType(type)) return ofNonNull(type.ofType, set);
    const { type: kind, ...rest } = ofNonNull(type, set);
    if (kind === undefined) return { anyOf: [rest, { type: 'null' }] };
    // An `enum` allows its own values alone.
    if ('enum' in rest) return { anyOf: [{ type: kind, ...rest }, { type: 'null' }] };
    return { ...rest, type: [kind, 'null'] };
  }

  function ofNonNull(type: GraphQLOutputType, set: SelectionSetNode | undefined): JsonSchema {
    if (isListType(type)) return { type: 'array', items: ofType(type.ofType, set) };
    if (isEnumType(type)) return { type: 'string', enum: type.getValues().map(({ name }) => name) };
    return set ? ofSet(set, type) : (SCALARS[String(type)] ?? {});
  }

  function ofSet(set: SelectionSetNode, type: GraphQLOutputType): JsonSchema {
    const properties: Record<string, JsonSchema> = {};
    const required: string[] = [];
    collect(set, type, true);
    return { type: 'object', properties, ...(required.length ? { required } : {}) };

    function collect({ selections }: SelectionSetNode, on: GraphQLOutputType, isCertain: boolean): void {
      for (const selection of selections) {
        const isSure = isCertain && !selection.directives?.length;
        if (selection.kind === Kind.FIELD) {
          const key = (selection.alias ?? selection.name).value;
          const field = isObjectType(on) || isInterfaceType(on) ? on.getFields()[selection.name.value] : undefined;
          properties[key] = field ? ofField(field, selection.selectionSet) : { type: 'string' };
          if (isSure) required.push(key);
        } else {
          const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)!;
          const condition = inner.typeCondition?.name.value;
          const narrowed = condition ? (schema.getType(condition) as GraphQLOutputType) : on;
          collect(inner.selectionSet, narrowed, isSure && String(narrowed) === String(on));
        }
      }
    }
  }
}

/** The JSON Schemas of an operation's variables. */
export function variableSchemasOf(schema: GraphQLSchema, { variableDefinitions = [] }: OperationDefinitionNode) {
  return variableDefinitions.map(({ variable, type, defaultValue, description }) => {
    const its = typeFromAST(schema, type as never) as GraphQLInputType;
    const isRequired = isNonNullType(its) && !defaultValue;
    const about = description?.value;
    return { name: variable.name.value, isRequired, about, schema: inputSchemaOf(its), type: its };
  });
}

function inputSchemaOf(type: GraphQLInputType): JsonSchema {
  const plain = isNonNullType(type) ? (type.ofType as GraphQLInputType) : type;
  if (isListType(plain)) return { type: 'array', items: inputSchemaOf(plain.ofType) };
  if (isEnumType(plain)) return { type: 'string', enum: plain.getValues().map(({ name }) => name) };
  return SCALARS[String(plain)] ?? { type: 'object' };
}
