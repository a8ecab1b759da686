import type { Exchange } from './exchange.ts';

interface Response {
  $ref?: string;
  headers?: Record<string, object>;
}
interface Document {
  paths: Record<string, Record<string, { responses: Record<string, Response> }>>;
  components: { responses: Record<string, Response> };
}

/** Headers that no operation declares: they are for others than its client, or are the same for all. */
const OF_NO_OPERATION = new Set([
  // The transfer of the message (RFC 9110, RFC 9112), and its coding.
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'date',
  'keep-alive',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'vary',
  // For browsers: the policy of the gateway, and who may read answers.
  'access-control-allow-credentials',
  'access-control-expose-headers',
  'content-security-policy',
  'cross-origin-opener-policy',
  'cross-origin-resource-policy',
  'origin-agent-cluster',
  'permissions-policy',
  'referrer-policy',
  'strict-transport-security',
  'x-content-type-options',
  'x-dns-prefetch-control',
  'x-download-options',
  'x-frame-options',
  'x-permitted-cross-domain-policies',
  'x-xss-protection',
  // For caches and proxies: docs/caching.md and docs/streams.md.
  'age',
  'cache-group-invalidation',
  'cache-groups',
  'cache-status',
  'incremental',
  'surrogate-key',
  'x-accel-buffering',
  'x-accel-expires',
  // Measurements, which are off in production.
  'server-timing',
  // Of the resource: its document has QUERY.
  'accept-query',
]);
/** Protocols of uploads have headers on every error, and errors are shared by all operations. */
const OF_UPLOAD_ERRORS = /^(tus-(resumable|version)|upload-draft-interop-version)$/;

/** Compares answers with what an OpenAPI document declares of them. */
export class DeclaredAnswers {
  private readonly paths: [pattern: RegExp, methods: Document['paths'][string]][];

  constructor(private readonly document: Document) {
    const parts = (path: string) => path.split('{').length;
    // A path without parameters is meant before one with them (OpenAPI, "Path Templating Matching").
    const sorted = Object.entries(document.paths).sort(([one], [other]) => parts(one) - parts(other));
    this.paths = sorted.map(([path, methods]) => [
      new RegExp(`^${path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+')}/?$`),
      methods,
    ]);
  }

  /** The headers of an answer that its operation does not declare for its status; undefined if no operation is meant. */
  undeclaredHeaders({ method, url, status, answerHeaders }: Exchange): string[] | undefined {
    const path = new URL(url, 'http://gateway').pathname;
    const [, methods] = this.paths.find(([pattern]) => pattern.test(path)) ?? [];
    // HEAD is answered as GET is.
    const operation = methods?.[method.toLowerCase()] ?? (method === 'HEAD' ? methods?.['get'] : undefined);
    if (!operation) return undefined;
    const { responses } = operation;
    const response = responses[status] ?? responses['default'];
    const known = new Set(Object.keys(this.resolved(response).headers ?? {}).map((name) => name.toLowerCase()));
    const isOfError = (name: string) => status >= 400 && OF_UPLOAD_ERRORS.test(name);
    return Object.keys(answerHeaders).filter(
      (name) => !known.has(name) && !OF_NO_OPERATION.has(name) && !isOfError(name),
    );
  }

  private resolved(response: Response | undefined): Response {
    const name = response?.$ref?.split('/').at(-1);
    return (name === undefined ? response : this.document.components.responses[name]) ?? {};
  }
}
