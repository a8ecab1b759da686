import { z } from 'zod';
import { jsonFile } from './json-file.ts';

const httpsOrLoopback = z.string().refine(isSafe, 'must be https://, or http:// on this machine');

function isSafe(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname } = new URL(value);
  return protocol === 'https:' || (protocol === 'http:' && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname));
}

const issuerSettings = z.strictObject({
  /** As tokens say it in `iss`, to the letter. */
  issuer: httpsOrLoopback,
  /** Where its keys are. */
  jwksUrl: httpsOrLoopback,
  /** What its tokens must say in `aud`. */
  audience: z.string().min(1),
  /** What its access tokens may say in `typ`, in lower case. */
  types: z.array(z.string().toLowerCase()).min(1).default(['at+jwt']),
  /** The claim that holds the id of a user of ours. */
  userIdClaim: z.string().min(1),
  /** The claim that holds what they may do there: words with spaces between them, or a list. */
  scopeClaim: z.string().min(1).default('scope'),
  /** What each of those words lets them do here. Words that are not named let them do nothing. */
  scopes: z.record(z.string(), z.array(z.string())),
});

/** How the tokens of an outside identity provider are read. */
export type IssuerSettings = z.infer<typeof issuerSettings>;

/** The path of a JSON file: the identity providers whose tokens are taken. */
export const issuersFile = jsonFile(
  z
    .array(issuerSettings, 'must be a list of issuers')
    .refine((all) => new Set(all.map(({ issuer }) => issuer)).size === all.length, 'names an issuer twice'),
  [],
);
