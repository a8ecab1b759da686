import { JSON_TYPE, offer } from '#libs/negotiation';

const GRAPHQL_TYPE = 'application/graphql-response+json';
/** What GraphQL is answered with; JSON first, for clients that take anything. */
export const ANSWER_TYPES = [JSON_TYPE, GRAPHQL_TYPE] as const;
const preferred = offer(ANSWER_TYPES);
const graphql = offer([GRAPHQL_TYPE]);

/** Which of the two media types an answer to GraphQL has (GraphQL over HTTP, section 6.4); undefined where neither is accepted. */
export function answerTypeFor(accept: string | undefined): string | undefined {
  const type = preferred(accept);
  return type && `${type}; charset=utf-8`;
}

/** Whether a client takes `application/json`, and not `application/graphql-response+json`. */
export const takesJsonAlone = (accept: string | undefined): boolean =>
  preferred(accept) === JSON_TYPE && graphql(accept) === undefined;

/** Whether what is answered says that it is GraphQL's, so that any status is plain to its client. */
export const isGraphqlType = (type: string): boolean => type.startsWith(GRAPHQL_TYPE);
