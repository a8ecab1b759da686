import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate of this machine's own making, as the files that the gateway reads. Wants openssl. */
export function selfSigned() {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-bench-tls-'));
  const files = { TLS_CERT_FILE: join(folder, 'certificate.pem'), TLS_KEY_FILE: join(folder, 'key.pem') };
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', files.TLS_KEY_FILE];
  execFileSync(
    'openssl',
    ['req', '-x509', ...key, '-out', files.TLS_CERT_FILE, '-subj', '/CN=localhost', '-days', '1'],
    {
      stdio: 'ignore',
    },
  );
  return { files, remove: () => rmSync(folder, { recursive: true }) };
}
