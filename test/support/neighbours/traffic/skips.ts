import type { Exchange } from './exchange.ts';

/** Why an exchange is not replayed, in order: the first that holds. */
const SKIPS: readonly [reason: string, holds: (exchange: Exchange) => boolean][] = [
  ['a path without a version, which has one after routing', ({ url }) => !isPublic(url)],
  ['a redirect of the provider, which is not in the document', ({ url }) => url.startsWith('/bff/callback')],
  ['a preflight, which is answered before routing', ({ method, url }) => method === 'OPTIONS' && !isTus(url)],
  ['HEAD, to which Prism 5.16 answers 500', ({ method }) => method === 'HEAD'],
  ['a problem in the envelope, which Prism 5.16 takes for one without', (exchange) => isEnveloped(exchange)],
  ['a method in a header, which OpenAPI cannot describe', ({ headers }) => 'x-http-method-override' in headers],
  ['QUERY, to which Prism 5.16 answers 404', ({ method }) => method === 'QUERY'],
  ['a malformed request, which a validating proxy is not given', (exchange) => !isWellFormed(exchange)],
  ['a redirect, which Prism 5.16 follows', ({ status }) => status === 303],
  ['a page for a browser in place of the problem', ({ answerHeaders }) => isHtml(answerHeaders['content-type'])],
  ['a body that was cut off', (exchange) => isCutOff(exchange)],
  [
    'a DPoP token, whose scheme Prism 5.16 does not know',
    ({ headers }) => /^dpop /i.test(String(headers['authorization'])),
  ],
  [
    'a method or a path that is none',
    ({ status, answer }) => status === 404 && textOf(answer).includes('no resource at this path'),
  ],
];

const isPublic = (url: string): boolean => /^\/(v1|bff|graphql|\.well-known)(\/|\?|$)/.test(url);
const isPage = (url: string): boolean =>
  /^\/($|\?|docs|livez|readyz|openapi|asyncapi|shop|socket\.io|admin|metrics)/.test(url);
const isEnveloped = ({ status, answerHeaders }: Exchange): boolean =>
  status >= 400 && (answerHeaders['content-type']?.includes('vnd.envelope') ?? false);
const isTus = (url: string): boolean => url.startsWith('/v1/uploads');
const isHtml = (type: string | undefined): boolean => type?.startsWith('text/html') ?? false;
const textOf = (body: string): string => Buffer.from(body, 'base64').toString();

const isCutOff = ({ headers, body }: Exchange): boolean =>
  headers['content-length'] !== undefined &&
  Number(headers['content-length']) !== Buffer.from(body, 'base64').length;

function isBadJson({ headers, body }: Exchange): boolean {
  if (!/json/.test(String(headers['content-type']))) return false;
  try {
    JSON.parse(textOf(body));
    return false;
  } catch {
    return true;
  }
}

const isWellFormed = (exchange: Exchange): boolean =>
  isDecodable(exchange.url) && isMediaType(exchange.headers['content-type']) && !isBadJson(exchange);

function isDecodable(url: string): boolean {
  try {
    return decodeURIComponent(url) !== '';
  } catch {
    return false;
  }
}

const MEDIA_TYPE = /^[\w.+-]+\/[\w.+*-]+(\s*;\s*[\w-]+=("[^"]*"|[^\s;"]+))*\s*$/;
const isMediaType = (type: string | string[] | undefined): boolean =>
  type === undefined || MEDIA_TYPE.test(String(type));

/** Whether the gateway answered, and not a service behind it. */
export const isOfGateway = ({ answerHeaders }: Exchange): boolean => 'content-security-policy' in answerHeaders;

/** The ports that answered operators. */
export const operatorsPorts = (exchanges: readonly Exchange[]): Set<number> =>
  new Set(
    exchanges
      .filter(({ url, status }) => /^\/(admin|metrics)/.test(url) && status !== 404)
      .map(({ port }) => port),
  );

/** Whether an exchange is one of the API: not of operators, and neither a page, a probe nor a document. */
export const isOfApi = ({ url, port }: Exchange, operators: ReadonlySet<number>): boolean =>
  !operators.has(port) && !isPage(url);

/** Why an exchange is not replayed; undefined if it is. */
export const skipOf = (exchange: Exchange): string | undefined => SKIPS.find(([, holds]) => holds(exchange))?.[0];
