import { GatewayError } from '#libs/errors';
import {
  type DocumentNode,
  execute,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  parse,
  subscribe,
  validate,
} from 'graphql';
import type { GraphqlRequest } from './documents.ts';
import { type Body, type Outcome, outcomeOf, outcomesOf } from './outcome.ts';

/** How graphql-js answers a document. */
export interface Reference {
  outcome: Outcome;
  data: unknown;
  /** Whether the document is valid: its variables need not be right. */
  isValid: boolean;
}

/** So many mistakes are named, as docs/limits.md says. */
const MAX_ERRORS = 5;

/** What graphql-js itself answers, over the same schema. */
export async function referenceOf(schema: GraphQLSchema, operation: GraphqlRequest): Promise<Reference> {
  let document;
  try {
    document = parse(operation.query);
  } catch {
    const outcome = { data: undefined, errors: [JSON.stringify([null, null, 'GRAPHQL_PARSE_FAILED'])] };
    return { outcome, data: undefined, isValid: false };
  }
  const mistakes = mistakesIn(schema, document);
  if (mistakes.length) return referenceTo({ errors: mistakes }, false);
  const args = {
    schema,
    document,
    operationName: operation.operationName,
    contextValue: { request: {} },
    variableValues: structuredClone(operation.variables),
    options: { maxCoercionErrors: MAX_ERRORS },
  };
  if (operation.kind !== 'subscription') return referenceTo(await execute(args), true);
  const events = await subscribe(args);
  if (!(Symbol.asyncIterator in events)) return referenceTo(events, true);
  const all: Outcome[] = [];
  for await (const one of events) all.push(outcomeOf(bodyOf(one)));
  return { outcome: outcomesOf(all), data: undefined, isValid: true };
}

/** A mistake is one whether it is returned or thrown. */
function mistakesIn(schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[] {
  try {
    return validate(schema, document, undefined, { maxErrors: MAX_ERRORS });
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    throw error;
  }
}

function referenceTo(result: ExecutionResult, isValid: boolean): Reference {
  return { outcome: outcomeOf(bodyOf(result)), data: result.data, isValid };
}

const bodyOf = ({ data, errors }: ExecutionResult): Body => ({ data, errors: errors?.map(published) });

const OF_CLIENT = /^Argument "\w+" (?:has invalid value|of (?:required|non-null) type)/;

/** An error of graphql-js with the code of the catalogue: told from what it says, and not as the gateway does. */
function published(error: GraphQLError): NonNullable<Body['errors']>[number] {
  const { path, originalError, message } = error;
  const code =
    originalError instanceof GatewayError
      ? originalError.code
      : !path || OF_CLIENT.test(message)
        ? 'GRAPHQL_VALIDATION_FAILED'
        : 'INTERNAL';
  return { path, locations: error.locations, extensions: { code } };
}
