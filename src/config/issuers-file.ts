import { z } from 'zod';
import { jsonFile } from './json-file.ts';
import { privateKeyFile } from './keys.ts';
import { caFile } from './tls.ts';

const httpsOrLoopback = z.string().refine(isSafe, 'must be https://, or http:// on this machine');

function isSafe(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname } = new URL(value);
  return protocol === 'https:' || (protocol === 'http:' && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname));
}

const name = z.string().min(1);

/** How an issuer is asked about tokens that cannot be read here (RFC 7662). */
const introspectionSettings = z
  .strictObject({
    url: httpsOrLoopback,
    clientId: name,
    /** What the client authenticates with: a secret, or the path of a PEM file with the key that signs its assertions. */
    clientSecret: name.optional(),
    clientKeyFile: privateKeyFile,
    /** How the client authenticates (RFC 7591, section 2); by itself `private_key_jwt` with a key, and else by HTTP Basic. */
    clientAuth: z.enum(['client_secret_basic', 'client_secret_post', 'private_key_jwt']).optional(),
    /** An answer is taken for so long at most, in seconds, and never longer than the token lives. */
    cacheSeconds: z.int().min(0).max(86_400).default(300),
    /** Whether an answer without an audience is refused. */
    audienceRequired: z.boolean().default(true),
  })
  .refine(
    ({ clientSecret, clientKeyFile }) => (clientSecret === undefined) !== (clientKeyFile === undefined),
    'needs either clientSecret or clientKeyFile',
  )
  .refine(
    ({ clientAuth, clientKeyFile }) =>
      clientAuth === undefined || (clientAuth === 'private_key_jwt') === (clientKeyFile !== undefined),
    'clientAuth must be private_key_jwt with clientKeyFile, and cannot be without it',
  );

const issuerSettings = z
  .strictObject({
    /** As tokens say it in `iss`, to the letter. */
    issuer: httpsOrLoopback,
    /** Where its keys are; none where all of its tokens are introspected. */
    jwksUrl: httpsOrLoopback.optional(),
    /** The path of a PEM file: the certificates that are trusted for its keys and its answers, in place of those that Node knows. */
    caFile,
    /** Where it is asked about opaque tokens. */
    introspection: introspectionSettings.optional(),
    /** What its tokens must say in `aud`. */
    audience: name,
    /** The claim that holds the audience, where that is not `aud`. */
    audienceClaim: name.default('aud'),
    /** What its access tokens may say in `typ`, in lower case; an empty word stands for tokens that do not say. */
    types: z.array(z.string().toLowerCase()).min(1).default(['at+jwt']),
    /** The claim that holds the id of a user of ours. */
    userIdClaim: name,
    /** The claims that hold what they may do there, roles and groups too: words with spaces between them, or lists. */
    scopeClaim: z
      .union([name.transform((one) => [one]), z.array(name).min(1)])
      .default(['scope', 'scp'])
      .readonly(),
    /** What each of those words lets them do here. Words that are not named let them do nothing. */
    scopes: z.record(z.string(), z.array(z.string())),
  })
  .refine(
    ({ jwksUrl, introspection }) => jwksUrl !== undefined || introspection !== undefined,
    'needs jwksUrl or introspection',
  );

/** How the tokens of an outside identity provider are read. */
export type IssuerSettings = z.infer<typeof issuerSettings>;
/** How an issuer is asked about a token. */
export type IntrospectionSettings = z.infer<typeof introspectionSettings>;

/** The path of a JSON file: the identity providers whose tokens are taken. */
export const issuersFile = jsonFile(
  z
    .array(issuerSettings, 'must be a list of issuers')
    .refine((all) => new Set(all.map(({ issuer }) => issuer)).size === all.length, 'names an issuer twice')
    .refine(
      // An opaque token does not say whose it is, and is shown to nobody else.
      (all) => all.filter(({ introspection }) => introspection).length <= 1,
      'has introspection at more than one issuer',
    ),
  [],
);
