import { JSON_TYPE, offer } from '#libs/negotiation';

const GRAPHQL_TYPE = 'application/graphql-response+json';
/** The media types of GraphQL responses; JSON is first, for clients that accept any type. */
export const ANSWER_TYPES = [JSON_TYPE, GRAPHQL_TYPE] as const;
const preferred = offer(ANSWER_TYPES);
const graphql = offer([GRAPHQL_TYPE]);

/** The media type of a GraphQL response (GraphQL over HTTP, section 6.4); undefined if neither is accepted. */
export function answerTypeFor(accept: string | undefined): string | undefined {
  const type = preferred(accept);
  return type && `${type}; charset=utf-8`;
}

/** Whether a client accepts `application/json` but not `application/graphql-response+json`. */
export const takesJsonAlone = (accept: string | undefined): boolean =>
  preferred(accept) === JSON_TYPE && graphql(accept) === undefined;

/** Whether a response has the GraphQL media type, with which any status is allowed. */
export const isGraphqlType = (type: string): boolean => type.startsWith(GRAPHQL_TYPE);
