import { createSecureContext } from 'node:tls';
import { whatIsDenied } from '#libs/confinement';
import { readSecretFile, readSettingsFile } from '#libs/process';
import { certificatesOf } from '#libs/upstream';
import { z } from 'zod';

/** The path of a PEM file, replaced by its content; undefined if unset. Errors never quote the content. */
export const pemFile = fileReadBy(readSettingsFile);

/** The same for a file with a private key. */
export const secretPemFile = fileReadBy(readSecretFile);

/** What is wrong with a key that has a passphrase, which no setting gives. */
export const ENCRYPTED = 'must be without a passphrase: openssl pkey -in KEY -out FILE writes it so';

/** Whether a private key in PEM has a passphrase, in PKCS #8 or in the older form of OpenSSL. */
export const isEncrypted = (pem: string): boolean => /-----BEGIN ENCRYPTED |^Proc-Type: 4,ENCRYPTED/m.test(pem);

/** What is wrong with a certificate and its key, if anything is. @param certSetting the setting of the certificate */
export function pairProblem(cert: string, key: string, certSetting: string): string | undefined {
  if (belongTogether(cert, key)) return undefined;
  return isEncrypted(key) ? ENCRYPTED : `and ${certSetting} must be a key and its certificate, in PEM`;
}

function fileReadBy(read: (path: string, content: 'pem') => string) {
  return z
    .string()
    .optional()
    .transform((path, check): string | undefined => {
      if (path === undefined) return undefined;
      try {
        return read(path, 'pem');
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        check.addIssue({ code: 'custom', message: `the file cannot be read: ${whatIsDenied(error) ?? code}` });
        return z.NEVER;
      }
    });
}

/** Whether a certificate and a private key are valid and match. */
function belongTogether(cert: string, key: string): boolean {
  try {
    createSecureContext({ cert, key });
    return true;
  } catch {
    return false;
  }
}

/** The path of a PEM file with CA certificates, replaced by its content; undefined if unset. */
export const caFile = pemFile.refine(
  (ca) => ca === undefined || isCertificates(ca),
  'must be whole certificates, in PEM',
);

function isCertificates(pem: string): boolean {
  try {
    return certificatesOf(pem).length > 0;
  } catch {
    return false;
  }
}
