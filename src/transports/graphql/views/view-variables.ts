import { GatewayError } from '#libs/errors';
import { type JsonSchema, numberOfText } from '#libs/view';
import {
  type GraphQLInputType,
  type GraphQLSchema,
  isLeafType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
} from 'graphql';
import { leafSchemaOf } from './json-schema-of.ts';

/** A query parameter that gives a variable. */
export interface ViewParameter {
  name: string;
  isRequired: boolean;
  description: string | undefined;
  /** Of a scalar, an enum, or a list of them, whose parameter is repeated. */
  schema: JsonSchema;
}

/** The query parameter that names the version of the API, in every route. */
const VERSION = 'version';

/** The variables of a query that its view reads from the query string: those of scalars, enums, and lists of them. */
export class ViewVariables {
  private constructor(readonly parameters: readonly ViewParameter[]) {}

  /** @returns undefined for an operation without a view: it is no query, or requires a variable that a query string cannot give */
  static of(
    schema: GraphQLSchema,
    { operation, variableDefinitions = [] }: OperationDefinitionNode,
  ): ViewVariables | undefined {
    if (operation !== 'query') return undefined;
    const parameters: ViewParameter[] = [];
    for (const { variable, type: node, defaultValue, description } of variableDefinitions) {
      const type = typeFromAST(schema, node as never) as GraphQLInputType;
      const name = variable.name.value;
      const isRequired = isNonNullType(type) && !defaultValue;
      const its = name === VERSION ? undefined : parameterSchemaOf(type);
      if (its) parameters.push({ name, isRequired, description: description?.value, schema: its });
      else if (isRequired) return undefined;
    }
    return new ViewVariables(parameters);
  }

  /** Converts a query string to variables. @throws {GatewayError} BAD_REQUEST naming each wrong parameter */
  read({ [VERSION]: _, ...given }: Record<string, unknown>): Record<string, unknown> {
    const errors = Object.keys(given)
      .filter((name) => !this.parameters.some((one) => one.name === name))
      .map((name) => ({ field: name.slice(0, 100), message: 'There is no such parameter' }));
    const variables: Record<string, unknown> = {};
    for (const { name, isRequired, schema } of this.parameters) {
      const value = Object.hasOwn(given, name) ? given[name] : undefined;
      if (value === undefined && isRequired) errors.push({ field: name, message: 'Must be given' });
      if (value === undefined) continue;
      const read = valueOf(value, schema);
      if (read === undefined) errors.push({ field: name, message: `Must be ${wordsOf(schema)}` });
      else variables[name] = read;
    }
    if (errors.length) throw new GatewayError('BAD_REQUEST', { detail: 'The parameters are invalid.', errors });
    return variables;
  }
}

/** The JSON Schema of a parameter; undefined for a type that has none. */
function parameterSchemaOf(type: GraphQLInputType, isInList = false): JsonSchema | undefined {
  const plain = isNonNullType(type) ? (type.ofType as GraphQLInputType) : type;
  if (isLeafType(plain)) {
    const schema = leafSchemaOf(plain);
    return schema['type'] ? schema : undefined;
  }
  const items = isListType(plain) && !isInList ? parameterSchemaOf(plain.ofType, true) : undefined;
  return items && { type: 'array', items };
}

const wordsOf = ({ type, items }: JsonSchema): string =>
  items ? `values of the type ${String((items as JsonSchema)['type'])}` : `of the type ${String(type)}`;

/** A number as JSON and GraphQL write it. */
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** Converts what a query string has for a parameter to its JSON Schema; undefined if it does not fit. */
function valueOf(value: unknown, { type, items }: JsonSchema): unknown {
  if (type === 'array') {
    const all = [value].flat().map((one) => valueOf(one, items as JsonSchema));
    return all.includes(undefined) ? undefined : all;
  }
  if (typeof value !== 'string') return undefined;
  if (type === 'integer') {
    const number = numberOfText(value);
    return typeof number === 'number' ? number : undefined;
  }
  if (type === 'number') return NUMBER.test(value) && Number.isFinite(Number(value)) ? Number(value) : undefined;
  if (type === 'boolean') return value === 'true' ? true : value === 'false' ? false : undefined;
  return value;
}
