import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CertificateAuthority } from '#libs/testing';

/**
 * A certificate for `localhost` and its key, as files for the gateway; `authority` is the certificate of its issuer.
 */
export function certificateFiles() {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-tls-'));
  const authority = new CertificateAuthority();
  const { cert, key } = authority.issue('localhost');
  const files = { TLS_CERT_FILE: join(folder, 'certificate.pem'), TLS_KEY_FILE: join(folder, 'key.pem') };
  writeFileSync(files.TLS_CERT_FILE, cert);
  writeFileSync(files.TLS_KEY_FILE, key);
  return { files, cert, authority: authority.cert, remove: () => rmSync(folder, { recursive: true }) };
}
