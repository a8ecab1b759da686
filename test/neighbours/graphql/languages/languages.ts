import { expect } from '@jest/globals';
import type { NeighbourProgram } from '#test/support/neighbours/programs';
import * as programs from '#test/neighbours/graphql/programs';

/** Debian's Python, which has Debian's packages: another one may be first in PATH. */
const PYTHON = '/usr/bin/python3';

/** What a program saw. */
export type Seen = Readonly<Record<string, unknown>>;

/** A program that uses a library in its language, and prints what it saw as JSON. */
export interface Program {
  library: NeighbourProgram;
  /** The command, which ends with a file of this folder. */
  command: readonly [string, ...string[]];
  /** What it sees that others do not; undefined for what it cannot do. */
  sees: Seen;
}

const program = (
  library: NeighbourProgram,
  command: readonly [string, ...string[]],
  sees: Seen = {},
): Program => ({
  library,
  command,
  sees,
});

/** Of a service that is down, or whose breaker has opened meanwhile. */
const UNAVAILABLE: unknown = expect.stringMatching(/^UPSTREAM_UNAVAILABLE$|^CIRCUIT_OPEN$/);

/** What every client should see. */
export const COMMON: Seen = {
  name: 'Ada Lovelace',
  // The products that a search for letters, signs and quotes finds.
  found: 0,
  // Whether the first product by price costs less than the last: by aliases, a fragment and variables.
  aliased: true,
  // The result of an order, and the code of one that is refused.
  accepted: 'PLACED',
  refused: 'UNKNOWN_PRODUCT',
  // The available data while a service is down, and how the client shows the error.
  partial: ['Ada Lovelace', UNAVAILABLE],
  // How it shows other errors.
  expired: 'UNAUTHENTICATED',
  invalid: 'GRAPHQL_PAGE_TOO_LARGE',
  limited: 'RATE_LIMITED',
};

/** Clients that load the schema by introspection have its types. */
const INTROSPECTS: Seen = { types: true };

const STATUSES = ['PLACED', 'PAID', 'PACKED', 'SHIPPED', 'DELIVERED'];

export const CLIENTS: readonly Program[] = [
  // Of other statuses than 200 and 400 it does not read the body.
  program(programs.graphqlClient, ['ruby', 'graphql_client.rb'], {
    ...INTROSPECTS,
    schema: 'Ada Lovelace',
    expired: '401 Unauthorized',
    limited: '429 Too Many Requests',
  }),
  program(programs.graphlient, ['ruby', 'graphlient.rb'], INTROSPECTS),
  // It has messages alone. Its other form of requests is multipart.
  program(programs.machinebox, ['go', 'run', 'machinebox.go'], {
    partial: ['Ada Lovelace', expect.stringMatching(/^graphql: (Upstream unavailable|Circuit open)$/)],
    expired: 'graphql: The token is not valid.',
    invalid: 'graphql: Page size 1000 exceeds the limit of 100.',
    limited: 'graphql: Too many requests (anonymous)',
    multipart: 'graphql: The Content-Type must be one of: application/json.',
  }),
  // Of an answer it has messages alone, of a refusal the whole body as a text.
  program(programs.shurcool, ['go', 'run', 'shurcool.go'], {
    partial: ['Ada Lovelace', expect.stringMatching(/^(Upstream unavailable|Circuit open)$/)],
  }),
  program(programs.gqlclient, ['sh', 'gqlclient.sh'], INTROSPECTS),
  program(programs.websockets, [PYTHON, 'client.py'], {
    get: 1,
    mutationByGet: 'METHOD_NOT_ALLOWED',
    // urllib calls data a form where no type is given.
    form: 'UNSUPPORTED_MEDIA_TYPE',
    // By its hash: not known yet, then sent with its text, then known.
    persisted: ['PERSISTED_QUERY_NOT_FOUND', true],
    documentId: ['home'],
    gzip: ['gzip', 20],
    events: STATUSES,
    websocketClient: STATUSES,
    websockets: STATUSES,
    // With an expired token, and with the subprotocol that came before.
    closed: [4403, 4406],
  }),
];

/** Readers of `schema.graphql`: whether they have its types, and their objections to the operations of our front ends. */
export const READERS: readonly Program[] = [
  program(programs.gqlparser, ['sh', 'gqlparser.sh'], { types: true, refused: [] }),
  program(programs.graphqlRuby, ['ruby', 'graphql_ruby.rb'], { types: true, refused: [] }),
  // The specification before 2018: descriptions are comments.
  program(programs.graphqlCore, [PYTHON, 'graphql_core.py'], {
    types: 'Syntax Error GraphQL (1:1) Unexpected String',
    refused: [],
  }),
  program(programs.graphqlPerl, ['perl', 'graphql_perl.pl'], { types: true, enumerations: false, refused: [] }),
];
