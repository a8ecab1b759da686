/** The attack of a row of docs/security.md, and the test that refuses it: its file, and words of its name. */
export const THREATS: Readonly<Record<string, readonly [file: string, test: string]>> = {
  'sends any request': ['test/features/access-matrix.spec.ts', 'at $door, which is for $who'],
  'tries many passwords, from many places, in parallel': [
    'test/features/guessing.spec.ts',
    'goes by the account, whichever door is tried',
  ],
  'uses up the guesses of an account': [
    'test/features/guessing-devices.spec.ts',
    'lets its owner in on a known device all the same',
  ],
  'uses it before or after its owner': [
    'test/features/identity-redis.spec.ts',
    'end the session of a token that was stolen',
  ],
  'uses it for up to 15 minutes': ['test/features/identity-redis.spec.ts', 'end all sessions of a user at both'],
  'nothing without the key': ['src/identity/dpop/replays.spec.ts', 'is accepted once by all of them'],
  'calls the API while the page is open': [
    'test/features/browser-session.spec.ts',
    'is given a cookie that no script can read',
  ],
  'makes the browser send requests': ['test/features/browser-session.spec.ts', 'cannot write, log in or log out'],
  "uses an operator's session on another port of the host": [
    'test/features/operators-login.spec.ts',
    'of the shop are of no use at the admin port',
  ],
  "reads the admin port through an operator's browser": [
    'test/features/admin-port.spec.ts',
    'refuses what is not its own',
  ],
  'sets cookies': ['test/features/browser-session.spec.ts', 'is given another cookie at each login'],
  'reads stored data': ['test/features/identity-redis.spec.ts', 'keep nothing in Redis that could be used'],
  'replays what it receives': ['libs/internal-token/src/internal-token.spec.ts', 'is rejected by %s'],
  'claims another address or identity': [
    'test/features/client-address.spec.ts',
    'what a client wrote before them is not read',
  ],
  'reads or changes traffic of clients': ['src/edge/headers/security-headers.spec.ts', 'have HSTS over TLS alone'],
};

/** The OWASP API Security Top 10 of 2023, and a test for each. */
export const OWASP: readonly (readonly [risk: string, file: string, test: string])[] = [
  ['API1 object level authorization', 'test/features/access-matrix.spec.ts', 'is not there for another'],
  ['API2 authentication', 'src/identity/tokens/access-tokens.spec.ts', 'signed with the public key (HS256)'],
  ['API3 object property level authorization', 'test/features/bad-input.spec.ts', 'a __proto__ key'],
  ['API4 resource consumption', 'test/features/hostile-documents.spec.ts', 'is refused as $code, before it runs'],
  ['API5 function level authorization', 'test/features/access-matrix.spec.ts', 'at $door, which is for $who'],
  [
    'API6 sensitive business flows',
    'test/features/guessing-devices.spec.ts',
    'has at most thirty guesses an hour',
  ],
  [
    'API7 server side request forgery',
    'src/identity/tokens/access-tokens.spec.ts',
    'whatever key it names or contains',
  ],
  ['API8 misconfiguration', 'src/config/config-keys.spec.ts', 'must be set, and must not be the demo key'],
  ['API9 inventory', 'test/house/doors.spec.ts', 'says who may come in'],
  ['API10 consumption of APIs', 'test/features/lying-upstream.spec.ts', 'answers what its contract does not say'],
];
