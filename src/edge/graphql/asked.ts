import type { FastifyRequest } from 'fastify';

/** What came with a GraphQL request. */
export interface Asked {
  query?: unknown;
  documentId?: unknown;
  operationName?: unknown;
  variables?: unknown;
  extensions?: unknown;
}

/** The operation in a `POST` body, or in the query of a `GET`; a list for what is a batch. */
export function askedIn({ method, body, query }: FastifyRequest): Asked | unknown[] {
  if (method === 'POST') return (body ?? {}) as Asked | unknown[];
  const { variables, extensions, ...rest } = query as Record<string, unknown>;
  return {
    ...rest,
    ...(variables === undefined ? {} : { variables: parsed(variables) }),
    ...(extensions === undefined ? {} : { extensions: parsed(extensions) }),
  };
}

/** Whether a document is asked for by its id or its hash. */
export function isIndirect({ documentId, extensions }: Asked): boolean {
  return (
    documentId !== undefined ||
    (typeof extensions === 'object' && extensions !== null && 'persistedQuery' in extensions)
  );
}

/** Asks the document itself, where it was asked for by its id or its hash. */
export function putDocument(request: FastifyRequest, text: string): void {
  if (request.method === 'POST') {
    const { documentId: _, extensions, ...rest } = request.body as Asked;
    const { persistedQuery: __, ...others } = { ...(extensions as { persistedQuery?: unknown } | undefined) };
    (request as { body: unknown }).body = {
      ...rest,
      query: text,
      ...(Object.keys(others).length ? { extensions: others } : {}),
    };
    return;
  }
  // A query may have question marks (RFC 3986, section 3.4): the first one begins it.
  const [path, query] = splitUrl(request.raw.url!);
  const search = new URLSearchParams(query);
  for (const name of ['documentId', 'extensions']) search.delete(name);
  search.set('query', text);
  request.raw.url = `${path}?${search}`;
}

function splitUrl(url: string): [path: string, query: string] {
  const end = url.indexOf('?');
  return end < 0 ? [url, ''] : [url.slice(0, end), url.slice(end + 1)];
}

/** An object, an empty one where there is none; undefined for anything else. */
export function objectOr(value: unknown): Record<string, unknown> | undefined {
  if (value === undefined || value === null) return {};
  return typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}

/** What does not parse is Apollo's to refuse. */
function parsed(value: unknown): unknown {
  try {
    return JSON.parse(String(value));
  } catch {
    return value;
  }
}
