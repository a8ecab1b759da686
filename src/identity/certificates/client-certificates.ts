import type { X509Certificate } from 'node:crypto';
import type { ClientCertificate } from '#gateway/config/client-certificates';
import { Config } from '#gateway/config/config';
import type { Caller } from '#libs/upstream';
import { Injectable } from '@nestjs/common';

/** The callers of client certificates: only those that `TLS_CLIENTS_FILE` lists identify anybody. */
@Injectable()
export class ClientCertificates {
  private clients: readonly ClientCertificate[];

  constructor({ TLS_CLIENTS_FILE }: Config) {
    this.clients = TLS_CLIENTS_FILE;
  }

  /** Uses a changed list from the next request on. */
  apply({ TLS_CLIENTS_FILE }: Config): void {
    this.clients = TLS_CLIENTS_FILE;
  }

  /** The caller of a verified certificate; undefined if it is not listed, or has expired since it was presented. */
  callerOf(certificate: X509Certificate): Caller | undefined {
    if (!this.clients.length) return undefined;
    const expiresAt = certificate.validToDate.getTime();
    if (expiresAt <= Date.now()) return undefined;
    const fingerprint = certificate.fingerprint256.replaceAll(':', '');
    // A common name with a line end would be two lines of the subject.
    const commonNames = certificate.subject.split('\n').filter((line) => line.startsWith('CN='));
    const found = this.clients.find((one) =>
      one.fingerprint === undefined
        ? commonNames.length === 1 && commonNames[0] === `CN=${one.commonName}`
        : one.fingerprint === fingerprint,
    );
    if (!found) return undefined;
    const { name, scopes } = found;
    return { id: `certificate|${name}`, scopes, apiKeyId: `certificate ${name}`, expiresAt };
  }
}
