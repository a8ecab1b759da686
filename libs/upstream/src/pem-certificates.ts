import { X509Certificate } from 'node:crypto';

/** The labels that OpenSSL reads, so that TLS uses what they hold: the last is of `openssl x509 -trustout`. */
const LABEL = '(?:(?:X509|TRUSTED) )?CERTIFICATE';
const BEGIN = new RegExp(`-----BEGIN ${LABEL}-----`, 'g');
/**
 * OpenSSL finds a certificate only if its first and last line hold nothing else but a byte order mark: of files that were joined without a line break
 * it loses some without a word.
 */
const LINE_START = '(?<=^(?:\\uFEFF|\\u00ef\\u00bb\\u00bf)?)';
const LINE_END = '[ \\t\\r]*$';
const BLOCK = new RegExp(
  `${LINE_START}-----BEGIN (${LABEL})-----${LINE_END}[^-]+^-----END \\1-----${LINE_END}`,
  'gm',
);

/** All certificates of a PEM text, in their order; none if there are none. @throws if one is not whole, or not readable */
export function certificatesOf(pem: string): X509Certificate[] {
  const blocks = pem.match(BLOCK) ?? [];
  if (blocks.length !== (pem.match(BEGIN) ?? []).length) throw new Error('a certificate is not whole');
  return blocks.map((block) => new X509Certificate(block));
}
