import { createPrivateKey, type X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { whatIsDenied } from '#libs/confinement';
import { certificatesOf } from './pem-certificates.ts';

/** TLS of the connections to one upstream: paths of PEM files, and the name its certificate must have. */
export interface TlsFileSettings {
  /** The authorities to trust in place of the system's. */
  ca?: string;
  /** The client certificate, leaf first, and its key: both or neither. */
  cert?: string;
  key?: string;
  /** The name to ask for (SNI) and to check, where it is not that of the address. */
  serverName?: string;
}

/** The same with the content of the files, named as `tls.connect` takes them. */
export interface TlsMaterial {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly servername?: string;
  /** Set with `ca`: each of its certificates is trusted, also one that another has issued, as by curl and Go. */
  readonly allowPartialTrustChain?: true;
}

type Role = 'ca' | 'cert' | 'key';
const ROLES = ['ca', 'cert', 'key'] as const;
const MAX_FILE_BYTES = 1024 * 1024;
/** Two changes closer than this may have the same timestamp: the kernel's clock ticks slowly. */
const TICK_MS = 1_000;

/** A file that cannot be used. The message names the file, never its content. */
export class TlsFileError extends Error {
  override readonly name = 'TlsFileError';
  constructor(
    /** The setting that names the file. */
    readonly setting: Role,
    message: string,
  ) {
    super(message);
  }
}

/**
 * The files of one upstream's TLS. They are read again where one has changed since, so that certificates are renewed without
 * a restart; files that do not fit together, such as half-written ones, leave the last good set in use.
 */
export class TlsFiles {
  private material: TlsMaterial;
  private version: string;
  /** The last refusal, until the files can be used again. */
  private refusal = '';

  /**
   * Reads all files.
   * @param onRefused is called when a change cannot be used, once for each reason
   * @throws {TlsFileError} if one cannot be read or is not what it should be, or if certificate and key differ
   */
  constructor(
    private readonly settings: TlsFileSettings,
    private readonly onRefused: (error: TlsFileError) => void = () => {},
  ) {
    this.version = this.versionNow();
    this.material = this.read();
  }

  /** What a new connection is to use. The same object for as long as the content is the same. Never throws. */
  current(): TlsMaterial {
    const version = this.versionNow();
    if (version === this.version) return this.material;
    try {
      const material = this.read();
      if (ROLES.some((role) => differ(material[role], this.material[role]))) this.material = material;
      this.refusal = '';
    } catch (error) {
      this.refuse(error as TlsFileError);
    }
    this.version = version;
    return this.material;
  }

  private refuse(error: TlsFileError): void {
    if (error.message === this.refusal) return;
    this.refusal = error.message;
    this.onRefused(error);
  }

  /** Changes when a file does. Taken before the files are read, so that a change during the read is seen next time. */
  private versionNow(): string {
    const now = Date.now();
    return ROLES.map((role) => this.settings[role])
      .map((path) => (path === undefined ? '' : versionOf(path, now)))
      .join(' ');
  }

  private read(): TlsMaterial {
    const { serverName } = this.settings;
    const material: { -readonly [Name in keyof TlsMaterial]: TlsMaterial[Name] } = {};
    for (const role of ROLES) {
      const path = this.settings[role];
      if (path !== undefined) material[role] = contentOf(role, path);
    }
    if (material.ca) {
      certificatesIn('ca', material.ca, this.settings.ca!);
      material.allowPartialTrustChain = true;
    }
    if (material.cert && material.key) this.checkPair(material.cert, material.key);
    return serverName === undefined ? material : { ...material, servername: serverName };
  }

  private checkPair(cert: Buffer, key: Buffer): void {
    const [leaf] = certificatesIn('cert', cert, this.settings.cert!);
    let matches: boolean;
    try {
      matches = leaf!.checkPrivateKey(createPrivateKey(key));
    } catch {
      // OpenSSL's own words might show parts of the key.
      throw new TlsFileError('key', `${this.settings.key} is not a private key in PEM without a passphrase`);
    }
    if (!matches) throw new TlsFileError('key', `${this.settings.key} is not the key of ${this.settings.cert}`);
  }
}

function versionOf(path: string, now: number): string {
  try {
    const { ino, size, mtimeMs, ctimeMs } = statSync(path);
    const changedAt = Math.max(mtimeMs, ctimeMs);
    const isSettled = Math.abs(now - changedAt) > TICK_MS;
    return `${ino}:${size}:${changedAt}${isSettled ? '' : `:${now}`}`;
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}

function contentOf(role: Role, path: string): Buffer {
  if (/-----BEGIN|\n/.test(path)) throw new TlsFileError(role, 'must be the path of a PEM file, not its content');
  let why: string;
  try {
    const file = statSync(path);
    if (file.isFile() && file.size <= MAX_FILE_BYTES) return readFileSync(path);
    why = file.isFile() ? `it has more than ${MAX_FILE_BYTES} bytes` : 'it is not a file';
  } catch (error) {
    why = whatIsDenied(error) ?? String((error as NodeJS.ErrnoException).code);
  }
  throw new TlsFileError(role, `${path} cannot be read: ${why}`);
}

/** @throws {TlsFileError} unless there is at least one, and each is whole */
function certificatesIn(role: Role, pem: Buffer, path: string): X509Certificate[] {
  try {
    const all = certificatesOf(pem.toString('latin1'));
    if (all.length) return all;
  } catch {
    // Said below.
  }
  throw new TlsFileError(role, `${path} is not one or more whole certificates in PEM`);
}

const differ = (one: Buffer | undefined, other: Buffer | undefined): boolean =>
  one !== other && !(one && other?.equals(one));
