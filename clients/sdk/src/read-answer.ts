import type { Degraded, Problem } from './generated/schemas.ts';
import type { Route } from './operation.ts';
import { type Failed, failure, type Failure, type Result } from './result.ts';
import { retryAfterOf } from './retry.ts';

/** What the gateway answers where it has no such route, as opposed to no such object. */
const NO_ROUTE = 'There is no resource at this path.';

/** An answer of GraphQL, as far as it is read. */
export interface GraphqlAnswer {
  data?: Record<string, unknown> | null;
  errors?: { message: string; extensions?: Partial<Problem> & { retryAfterSeconds?: number } }[];
  extensions?: { degraded?: Degraded[] };
}

const fail = (error: Failure): Failed => ({ ok: false, error });

/** Reads the answer of an operation. @throws what reading the body throws */
export async function readAnswer(route: Route, response: Response): Promise<Result<unknown>> {
  const { status, headers } = response;
  if (status === 304) return fail(failure('NOT_MODIFIED', 'The entity tag is current.', status));
  const isGraphql = route.answer === 'graphql';
  if (!response.ok && !isGraphql) return fail(await readFailure(route, response));
  if (route.answer === 'bytes') return { ok: true, data: response, status, headers, degraded: [] };
  const text = await response.text();
  if (status === 204 || (route.answer === 'nothing' && !text))
    return { ok: true, data: undefined, status, headers, degraded: [] };
  const data = parsed(text);
  if (data === undefined) return fail(await readFailure(route, response, text));
  if (isGraphql) return graphqlResult(route, response, data as GraphqlAnswer);
  return { ok: true, data, status, headers, degraded: (data as { degraded?: Degraded[] } | null)?.degraded ?? [] };
}

/** The failure that a response tells, by its problem document if it has one. */
export async function readFailure(route: Route, response: Response, text?: string): Promise<Failure> {
  const { status, headers } = response;
  const problem = parsed(text ?? (await response.text())) as Problem | undefined;
  if (typeof problem?.code !== 'string') {
    const refused = graphqlRefusal(route, response, problem as GraphqlAnswer | undefined);
    if (refused) return refused;
    const from = headers.get('content-type') ?? 'no content';
    return {
      ...failure('UNEXPECTED', `Status ${status} with ${from}`, status),
      retryAfterMs: retryAfterOf(headers),
    };
  }
  const isMissing = (status === 404 && problem.detail === NO_ROUTE) || status === 405;
  return {
    code: isMissing ? 'NOT_SUPPORTED' : declared(route, problem.code),
    status,
    problem,
    message: problem.detail ?? problem.title,
    requestId: problem.requestId,
    retryAfterMs: retryAfterOf(headers),
    fields: problem.errors ?? [],
  };
}

/** An operation without data failed; one with some has errors only at nullable fields, which `degraded` names. */
export function graphqlResult(
  route: Route,
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  answer: GraphqlAnswer,
): Result<unknown> {
  const { data, errors, extensions } = answer;
  const [error] = errors ?? [];
  const isEmpty = !data || (error && Object.values(data).every((value) => value === null));
  if (!isEmpty) return { ok: true, data, status, headers, degraded: extensions?.degraded ?? [] };
  const { code, requestId, errors: fields, retryAfterSeconds } = error?.extensions ?? {};
  const message = error?.message ?? `Status ${status} without data`;
  if (!code) return fail({ ...failure('UNEXPECTED', message, status), retryAfterMs: retryAfterOf(headers) });
  return fail({
    code: declared(route, code),
    status,
    message,
    requestId,
    fields: fields ?? [],
    retryAfterMs: retryAfterSeconds === undefined ? retryAfterOf(headers) : retryAfterSeconds * 1000,
  });
}

/** What a refused operation of GraphQL has in the place of a problem. */
function graphqlRefusal(route: Route, response: Response, answer: GraphqlAnswer | undefined): Failure | undefined {
  if (!answer?.errors?.[0]?.extensions?.code) return undefined;
  const result = graphqlResult(route, response, answer);
  return result.ok ? undefined : result.error;
}

/** A code that the operation does not declare comes from another release of the gateway. */
const declared = (route: Route, code: string): string => (route.codes.includes(code) ? code : 'UNEXPECTED');

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
