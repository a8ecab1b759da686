import { X509Certificate } from 'node:crypto';

/** The labels that OpenSSL reads, so that TLS uses what they hold: the last is of `openssl x509 -trustout`. */
const LABEL = '(?:(?:X509|TRUSTED) )?CERTIFICATE';
const BEGIN = new RegExp(`-----BEGIN ${LABEL}-----`, 'g');
const BLOCK = new RegExp(`-----BEGIN (${LABEL})-----[^-]+-----END \\1-----`, 'g');

/** All certificates of a PEM text, in their order; none if there are none. @throws if one is not whole, or not readable */
export function certificatesOf(pem: string): X509Certificate[] {
  const blocks = pem.match(BLOCK) ?? [];
  if (blocks.length !== (pem.match(BEGIN) ?? []).length) throw new Error('a certificate is not whole');
  return blocks.map((block) => new X509Certificate(block));
}
