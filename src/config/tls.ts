import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { whatIsDenied } from '#libs/confinement';
import { readSecretFile, readSettingsFile } from '#libs/process';
import { z } from 'zod';

/** The path of a PEM file, replaced by its content; undefined if unset. Errors never quote the content. */
export const pemFile = fileReadBy(readSettingsFile);

/** The same for a file with a private key. */
export const secretPemFile = fileReadBy(readSecretFile);

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
export function belongTogether(cert: string, key: string): boolean {
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
  'must be certificates, in PEM',
);

function isCertificates(pem: string): boolean {
  try {
    const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
    return blocks.length > 0 && blocks.every((block) => new X509Certificate(block));
  } catch {
    return false;
  }
}
