import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';

type Json = Record<string, unknown>;

/** Generates a client's key, on P-256. */
export const aProofKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

export type ProofKeys = ReturnType<typeof aProofKey>;

const encoded = (part: Json) => Buffer.from(JSON.stringify(part)).toString('base64url');

/** A signed proof with any claims. @param by the signing key, if it differs from the key in the proof */
export function forgedProof(
  { publicKey, privateKey }: ProofKeys,
  claims: Json,
  header: Json = {},
  by: KeyObject = privateKey,
): string {
  const head = { typ: 'dpop+jwt', alg: 'ES256', jwk: publicKey.export({ format: 'jwk' }), ...header };
  const body = { jti: randomUUID(), iat: Math.floor(Date.now() / 1000), ...claims };
  const signed = `${encoded(head)}.${encoded(body)}`;
  const signature = sign('sha256', Buffer.from(signed), { key: by, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
}
