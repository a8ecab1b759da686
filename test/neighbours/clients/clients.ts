import { expect } from '@jest/globals';
import type { NeighbourProgram } from '#test/support/neighbours/programs';
import * as programs from './programs.ts';

/** What a client saw on its journey; see `front-ends`. */
export type Seen = Readonly<Record<string, unknown>>;

/** A client of HTTP, as a program that makes the journey with it and prints what it saw as JSON. */
export interface HttpClient {
  name: string;
  program: NeighbourProgram;
  /** The command, which ends with a file in `front-ends`. */
  command: readonly [string, ...string[]];
  /** What it sees that others do not; undefined for what it cannot do. */
  sees?: Seen;
}

/** The name and the customer of every journey. */
export const CUSTOMER = 'Zoë';
/** The size of the uploaded file. */
const FILE_BYTES = 1_500_000;

/** What every client should see. */
export const COMMON: Seen = {
  registered: 201,
  login: 'Bearer',
  home: CUSTOMER,
  // The ids of all pages of a list: each once, as many as `total` says.
  pages: true,
  notModified: 304,
  // An order and its repetition with the same key: statuses, and whether they are the same order.
  ordered: [201, 201, true],
  // Two changes with the same `If-Match`.
  changed: [200, 412],
  errors: [
    [400, 'BAD_REQUEST'],
    [401, 'UNAUTHENTICATED'],
    [404, 'NOT_FOUND'],
    [422, 'VALIDATION_FAILED'],
    [429, 'RATE_LIMITED'],
  ],
  retryAfter: true,
  // The code of the problem in what the client throws.
  thrown: 'NOT_FOUND',
  // The coding that is negotiated by the client's own `Accept-Encoding`.
  coding: 'gzip',
  head: [200, 0],
  options: 'GET, HEAD, QUERY, OPTIONS',
  // The offset of an upload that has `Content-Length`, and the status of its deletion.
  uploaded: [FILE_BYTES, 204],
  // The offset of one that has not.
  chunked: FILE_BYTES,
  // The client's form with a file, where the file itself is expected.
  form: 'Content-Type',
  // An upload of 20 MB without a token, which the gateway does not read.
  refused: 401,
  gzipped: CUSTOMER,
  // Over HTTPS, by the client's jar: whether it is the customer, and the status without `X-CSRF`.
  cookie: true,
  csrf: 403,
  // The status of the page that `/` leads to, whether its address is known, and whether it is HTML.
  redirected: [200, true, true],
  // The second half of a file: the status, whether it is its end, and whether it is a part.
  resumed: [206, true, true],
  event: 'event: tick',
  // The products that a search for letters, signs and separators finds.
  query: 0,
  proxied: 200,
  // The connections of 200 requests.
  connections: 1,
};

const client = (program: NeighbourProgram, ...command: [string, ...string[]]): HttpClient => ({
  name: program.name,
  program,
  command,
});

const ofNpm = (program: NeighbourProgram): HttpClient => client(program, process.execPath, `${program.name}.js`);

const WITHOUT_401 = (COMMON['errors'] as [number, string][]).map(([status, code]) => [
  status,
  status === 401 ? '' : code,
]);

export const CLIENTS: readonly HttpClient[] = [
  { ...client(programs.curl, 'sh', 'curl.sh'), sees: { coding: 'zstd', http: '2', old: [200, 200] } },
  // It has no body of a 401, whatever --content-on-error says.
  {
    ...client(programs.wget, 'sh', 'wget.sh'),
    sees: { chunked: undefined, thrown: undefined, errors: WITHOUT_401 },
  },
  { ...client(programs.requests, programs.PYTHON, 'requests_client.py'), sees: { coding: 'br' } },
  { ...client(programs.httpx, programs.PYTHON, 'httpx_client.py'), sees: { coding: 'br', http: 'HTTP/2' } },
  { ...client(programs.aiohttp, programs.PYTHON, 'aiohttp_client.py'), sees: { thrown: undefined } },
  { ...client(programs.urllib, programs.PYTHON, 'urllib_client.py'), sees: { coding: null } },
  { ...client(programs.netHttp, 'go', 'run', 'client.go'), sees: { thrown: undefined, http: 'HTTP/2.0' } },
  client(programs.ruby, 'ruby', 'client.rb'),
  { ...client(programs.lwp, 'perl', 'lwp.pl'), sees: { thrown: undefined } },
  { ...client(programs.php, 'php', 'client.php'), sees: { coding: 'zstd', http: 3 } },
  { ...client(programs.java, 'java', 'Client.java'), sees: { coding: null, thrown: undefined, http: 'HTTP_2' } },
  { ...ofNpm(programs.got), sees: { coding: 'zstd', proxied: undefined } },
  { ...ofNpm(programs.axios), sees: { coding: null } },
  { ...ofNpm(programs.ky), sees: { proxied: undefined, connections: expect.any(Number) } },
  { ...ofNpm(programs.nodeFetch), sees: { coding: 'br', proxied: undefined } },
];
