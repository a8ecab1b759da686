import { z } from 'zod';
import { jsonFile } from './json-file.ts';
import { caFile } from './tls.ts';

/** Scopes that no certificate gives: the admin port has no TLS of its own. */
const NEVER = ['admin'];

const client = z
  .strictObject({
    /** Names the caller in logs and limits. */
    name: z.string().regex(/^[\w.-]{1,64}$/, 'must be up to 64 letters, digits or . _ -'),
    /** The SHA-256 of the certificate, in hex. */
    fingerprint: z
      .string()
      .transform((value) => value.replaceAll(':', '').toUpperCase())
      .pipe(
        z
          .string()
          .regex(/^[0-9A-F]{64}$/, 'must be 64 hex digits: openssl x509 -noout -fingerprint -sha256 shows them'),
      )
      .optional(),
    /** The common name (CN) of its subject. */
    commonName: z.string().min(1).optional(),
    scopes: z.array(z.string().refine((scope) => !NEVER.includes(scope), 'cannot be given to a certificate')),
  })
  .refine(
    ({ fingerprint, commonName }) => (fingerprint === undefined) !== (commonName === undefined),
    'needs either fingerprint or commonName',
  );

/** A client certificate that identifies a caller. */
export type ClientCertificate = z.infer<typeof client>;

/** The settings of client certificates (mTLS) at the public port. */
export const clientCertificateSettings = {
  TLS_CLIENT_CA_FILE: caFile,
  TLS_CLIENT_AUTH: z.enum(['required', 'optional']).default('required'),
  TLS_CLIENTS_FILE: jsonFile(z.array(client, 'must be a list of clients'), []),
};

interface ClientTls {
  TLS_CERT_FILE?: string | undefined;
  TLS_CLIENT_CA_FILE?: string | undefined;
  TLS_CLIENTS_FILE?: readonly ClientCertificate[];
}

/** Refuses client certificates without TLS, and callers of certificates that nobody checks. */
export function refuseHalfOfClientTls(given: ClientTls, check: z.core.$RefinementCtx<ClientTls>): void {
  const refuse = (path: string, message: string) => check.addIssue({ code: 'custom', path: [path], message });
  if (given.TLS_CLIENT_CA_FILE && !given.TLS_CERT_FILE)
    refuse('TLS_CERT_FILE', 'must be set where TLS_CLIENT_CA_FILE is: client certificates are part of TLS');
  if (given.TLS_CLIENTS_FILE?.length && !given.TLS_CLIENT_CA_FILE)
    refuse('TLS_CLIENT_CA_FILE', 'must be set where TLS_CLIENTS_FILE is: it checks the certificates');
}
