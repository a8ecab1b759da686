import { X509Certificate } from 'node:crypto';
import { certificatesInUse, WARN_MS } from '#gateway/operations/certificates/certificates-in-use';
import { type Finding, ok, problem, warning } from './finding.ts';
import { certificatesOf } from '#libs/upstream';
import type { Given } from './given.ts';

const DAY_MS = 86_400_000;

/** Whether certificates are valid for a while, for the right name, and complete. */
export function checkCertificates({ config }: Given): Finding[] {
  if (!config) return [];
  const all = certificatesInUse(config).map(({ setting, of, subject, validFrom, expiresAt }): Finding => {
    const about = of ? `${setting} of ${of}` : setting;
    const leftMs = expiresAt - Date.now();
    const at = new Date(expiresAt).toISOString();
    const advice = 'Renew it and write it to the same file: the gateway reads it without a restart.';
    if (validFrom > Date.now())
      return problem(
        about,
        `${subject} is valid from ${new Date(validFrom).toISOString()} on: connections fail until then`,
        'Compare the clock of this machine with another one, or use the certificate later.',
      );
    if (leftMs <= 0) return problem(about, `${subject} has expired at ${at}: connections fail`, advice);
    if (leftMs < WARN_MS) return warning(about, `${subject} expires at ${at}`, advice);
    return ok(about, `${subject} is valid for ${Math.floor(leftMs / DAY_MS)} days`);
  });
  const { TLS_CERT_FILE, PUBLIC_URL } = config;
  if (!TLS_CERT_FILE) return [...all, ok('TLS_CERT_FILE', 'is unset: a proxy in front has to speak TLS')];
  return [...all, ...nameOf(TLS_CERT_FILE, PUBLIC_URL), ...chainOf(TLS_CERT_FILE)];
}

function nameOf(pem: string, publicUrl: string | undefined): Finding[] {
  if (!publicUrl?.startsWith('https:')) return [];
  const { hostname } = new URL(publicUrl);
  const certificate = new X509Certificate(pem);
  if (certificate.checkHost(hostname)) return [ok('TLS_CERT_FILE', `is for ${hostname}, the host of PUBLIC_URL`)];
  const names = certificate.subjectAltName ?? certificate.subject;
  return [
    problem(
      'TLS_CERT_FILE',
      `is for ${names}, and not for ${hostname}, the host of PUBLIC_URL: clients refuse it`,
      `Get a certificate for ${hostname}.`,
    ),
  ];
}

/**
 * Each certificate has to be followed by that of its issuer (RFC 8446, section 4.4.2): by its name, and by the key that
 * signed, since a renewed authority may keep its name.
 */
function chainOf(pem: string): Finding[] {
  const chain = certificatesOf(pem);
  const isIssuedBy = (one: X509Certificate, issuer: X509Certificate) =>
    one.checkIssued(issuer) && one.verify(issuer.publicKey);
  const wrong = chain.findIndex((one, i) => i > 0 && !isIssuedBy(chain[i - 1]!, one));
  if (wrong < 0) return [];
  return [
    problem(
      'TLS_CERT_FILE',
      `certificate ${wrong + 1} of its chain (${chain[wrong]!.subject}) has not issued the one before: clients refuse it`,
      'Put the certificate of the server first, then that of its issuer, and so on.',
    ),
  ];
}
