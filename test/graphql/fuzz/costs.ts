import { measure, type Size } from '#gateway/transports/graphql/limits/measure';
import { type Limits, LIMITS } from '#gateway/declare/limited';
import { getOperationAST, type GraphQLSchema, parse } from 'graphql';
import type { Call } from './answers.ts';
import type { GraphqlRequest } from './documents.ts';

/** As docs/limits.md has it: so many objects cost as much as an ordinary question. */
const OBJECTS_A_UNIT = 20;

/** What a document has cost: as it ran, not as anything has estimated it. */
export interface Actual {
  /** In units of the limits: its use cases, or its objects where they are more. */
  units: number;
  objects: number;
  /** The largest page that a root field was asked for. */
  page: number;
}

/** @param calls the root fields that ran @param data the answer */
export function actualOf(
  schema: GraphQLSchema,
  kind: GraphqlRequest['kind'],
  calls: readonly Call[],
  data: unknown,
): Actual {
  const fields = schema.getRootType(kind)!.getFields();
  const limitsOf = ({ field }: Call) => fields[field]!.extensions[LIMITS] as Limits | undefined;
  const useCases = calls.reduce((sum, call) => sum + (limitsOf(call)?.cost ?? 1), 0);
  const { __schema: _, __type: __, ...operation } = (data ?? {}) as Record<string, unknown>;
  const objects = objectsIn(operation) - 1;
  const pages = calls.flatMap(({ args }) => [args['first'], args['pageSize']]);
  return {
    units: Math.max(useCases, Math.round(objects / OBJECTS_A_UNIT)),
    objects,
    page: Math.max(0, ...pages.filter((one) => typeof one === 'number')),
  };
}

function objectsIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const own = Array.isArray(value) ? 0 : 1;
  return Object.values(value).reduce<number>((sum, one) => sum + objectsIn(one), own);
}

/** What the gateway estimates a valid document to be. */
export function estimateOf(schema: GraphQLSchema, { query, operationName, variables }: GraphqlRequest): Size {
  const document = parse(query);
  return measure(schema, document, getOperationAST(document, operationName)!, variables);
}
