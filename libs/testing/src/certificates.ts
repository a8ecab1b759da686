import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

/** DER (ITU-T X.690): a tag, the length in the minimal number of bytes (Go rejects others), the content. */
function der(tag: number, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const { length } = body;
  if (length < 128) return Buffer.concat([Buffer.from([tag, length]), body]);
  if (length < 256) return Buffer.concat([Buffer.from([tag, 0x81, length]), body]);
  return Buffer.concat([Buffer.from([tag, 0x82, length >> 8, length & 0xff]), body]);
}

const hex = (value: string) => Buffer.from(value, 'hex');
const sequence = (...content: Buffer[]) => der(0x30, ...content);
const text = (tag: number, value: string) => der(tag, Buffer.from(value));
const TRUE = hex('0101ff');
const COMMON_NAME = hex('0603550403');
const BASIC_CONSTRAINTS = hex('0603551d13');
const SUBJECT_ALT_NAME = hex('0603551d11');
const ECDSA_WITH_SHA256 = sequence(hex('06082a8648ce3d040302'));
const time = (date: Date) => text(0x17, `${date.toISOString().slice(2, 19).replace(/\D/g, '')}Z`);
const nameOf = (commonName: string) => sequence(der(0x31, sequence(COMMON_NAME, text(0x0c, commonName))));
const extension = (...content: Buffer[]) => sequence(...content);

const generalName = (host: string) =>
  isIPv4(host) ? der(0x87, Buffer.from(host.split('.').map(Number))) : text(0x82, host);

interface Holder {
  commonName: string;
  publicKey: KeyObject;
  /** Host names and IPv4 addresses. */
  hosts: readonly string[];
  isAuthority: boolean;
  expiresAt?: Date | undefined;
}

/** A certificate (RFC 5280), valid for an hour unless it says otherwise. */
function certificate(holder: Holder, issuer: string, issuerKey: KeyObject): string {
  const now = Date.now();
  const end = holder.expiresAt ?? new Date(now + 3_600_000);
  const extensions = sequence(
    extension(BASIC_CONSTRAINTS, TRUE, der(0x04, sequence(...(holder.isAuthority ? [TRUE] : [])))),
    ...(holder.hosts.length
      ? [extension(SUBJECT_ALT_NAME, der(0x04, sequence(...holder.hosts.map(generalName))))]
      : []),
  );
  const content = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    nameOf(issuer),
    sequence(time(new Date(Math.min(now, end.getTime()) - 60_000)), time(end)),
    nameOf(holder.commonName),
    holder.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  );
  const signature = der(0x03, Buffer.from([0]), sign('sha256', content, issuerKey));
  const lines = sequence(content, ECDSA_WITH_SHA256, signature)
    .toString('base64')
    .match(/.{1,64}/g)!;
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** A certificate and its private key, in PEM. */
export interface KeyedCertificate {
  cert: string;
  key: string;
}

/** A certificate authority for tests, with its own key. */
export class CertificateAuthority {
  /** Its certificate, in PEM. */
  readonly cert: string;
  private readonly keys = newKey();

  /** @param issuer an authority above it; by default it is a root */
  constructor(
    private readonly name = 'Authority of a test',
    issuer?: CertificateAuthority,
  ) {
    const { publicKey } = this.keys;
    const { name: issuerName, keys } = issuer ?? this;
    this.cert = certificate(
      { commonName: name, publicKey, hosts: [], isAuthority: true },
      issuerName,
      keys.privateKey,
    );
  }

  /**
   * Issues a certificate, of a server or of a client.
   * @param hosts host names and IPv4 addresses of a server
   * @param expiresAt by default in an hour
   */
  issue(commonName: string, hosts: readonly string[] = [commonName], expiresAt?: Date): KeyedCertificate {
    const { publicKey, privateKey } = newKey();
    const holder = { commonName, publicKey, hosts, isAuthority: false, expiresAt };
    return {
      cert: certificate(holder, this.name, this.keys.privateKey),
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    };
  }
}
