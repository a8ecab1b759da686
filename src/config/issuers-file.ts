import { z } from 'zod';
import { jsonFile } from './json-file.ts';
import { privateKeyFile } from './keys.ts';
import { caFile } from './tls.ts';

/** A URL that is encrypted, or of this machine. */
export const httpsOrLoopback = z.string().refine(isSafe, 'must be https://, or http:// on this machine');

function isSafe(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname } = new URL(value);
  return protocol === 'https:' || (protocol === 'http:' && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname));
}

const name = z.string().min(1);

/** How a client proves that it knows its secret (OpenID Connect Core, section 9). */
export const CLIENT_SECRET_METHODS = ['client_secret_basic', 'client_secret_post', 'client_secret_jwt'] as const;

/** Settings for token introspection at an issuer (RFC 7662). */
const introspectionSettings = z
  .strictObject({
    url: httpsOrLoopback,
    clientId: name,
    /** The client's credential: a secret, or the path of a PEM file with the key that signs its assertions. */
    clientSecret: name.optional(),
    clientKeyFile: privateKeyFile,
    /** The client authentication method (RFC 7591, section 2). Default: `private_key_jwt` with a key, else HTTP Basic. */
    clientAuth: z.enum([...CLIENT_SECRET_METHODS, 'private_key_jwt']).optional(),
    /** How long an introspection response is cached, in seconds; never longer than the token's lifetime. */
    cacheSeconds: z.int().min(0).max(86_400).default(300),
    /** Whether a response without an audience is refused. */
    audienceRequired: z.boolean().default(true),
  })
  .refine(
    ({ clientSecret, clientKeyFile }) => (clientSecret === undefined) !== (clientKeyFile === undefined),
    'needs either clientSecret or clientKeyFile',
  )
  .refine(
    ({ clientAuth, clientKeyFile }) =>
      clientAuth === undefined || (clientAuth === 'private_key_jwt') === (clientKeyFile !== undefined),
    'clientAuth must be private_key_jwt with clientKeyFile, and only then',
  );

const issuerSettings = z
  .strictObject({
    /** The exact `iss` of its tokens. */
    issuer: httpsOrLoopback,
    /** The URL of its JWK Set; unset if all of its tokens are introspected. */
    jwksUrl: httpsOrLoopback.optional(),
    /** The path of a PEM file with the CA certificates trusted for this issuer, in place of Node's defaults. */
    caFile,
    /** Introspection of its opaque tokens. */
    introspection: introspectionSettings.optional(),
    /** The audience that its tokens must have. */
    audience: name,
    /** The claim with the audience, if it is not `aud`. */
    audienceClaim: name.default('aud'),
    /** The accepted `typ` headers of its access tokens, in lower case; an empty string accepts tokens without `typ`. */
    types: z.array(z.string().toLowerCase()).min(1).default(['at+jwt']),
    /** The claim with the user id of this gateway. */
    userIdClaim: name,
    /** The claims with scopes, roles or groups: space-separated strings, or lists. */
    scopeClaim: z
      .union([name.transform((one) => [one]), z.array(name).min(1)])
      .default(['scope', 'scp'])
      .readonly(),
    /** The scopes granted here for each value of those claims. Values that are not listed grant nothing. */
    scopes: z.record(z.string(), z.array(z.string())),
  })
  .refine(
    ({ jwksUrl, introspection }) => jwksUrl !== undefined || introspection !== undefined,
    'needs jwksUrl or introspection',
  );

/** How tokens of an outside identity provider are verified and mapped. */
export type IssuerSettings = z.infer<typeof issuerSettings>;
/** How a token is introspected at its issuer. */
export type IntrospectionSettings = z.infer<typeof introspectionSettings>;

/** The path of a JSON file with the trusted identity providers. */
export const issuersFile = jsonFile(
  z
    .array(issuerSettings, 'must be a list of issuers')
    .refine((all) => new Set(all.map(({ issuer }) => issuer)).size === all.length, 'names an issuer twice')
    .refine(
      // An opaque token does not name its issuer, and must not be sent to any other.
      (all) => all.filter(({ introspection }) => introspection).length <= 1,
      'has introspection at more than one issuer',
    ),
  [],
);
