import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { demo } from '#apps/demo';
import { SettingsError } from '#libs/process';

/** The demo provider, as configured in the gateway. */
export interface Identity {
  issuer: string;
  /** The path of the gateway's `ISSUERS_FILE`. */
  issuersFile: string;
}

/** The demo provider on a port of this machine. @param dataDir the folder of the gateway's `ISSUERS_FILE` */
export const identityAt = (port: number, dataDir: string): Identity => ({
  issuer: `http://127.0.0.1:${port}`,
  issuersFile: join(dataDir, 'identity.json'),
});

/** The gateway's settings for it. @param url of the gateway for browsers */
export const identityEnvironment = ({ issuer, issuersFile }: Identity, url: string): Record<string, string> => ({
  ISSUERS_FILE: issuersFile,
  OIDC_ISSUER: issuer,
  OIDC_CLIENT_ID: 'atrium',
  OIDC_SCOPE: 'openid profile roles offline_access',
  PUBLIC_URL: url,
});

/** Writes the gateway's `ISSUERS_FILE`. @throws {SettingsError} where its folder cannot be written */
export function writeIssuers({ issuer, issuersFile }: Identity): void {
  const settings = {
    issuer,
    jwksUrl: `${issuer}/jwks`,
    audience: 'atrium',
    userIdClaim: 'sub',
    scopeClaim: 'roles',
    scopes: demo.providerRoles,
  };
  const folder = dirname(issuersFile);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(issuersFile, JSON.stringify([settings], null, 2));
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new SettingsError(`DATA_DIR: ${resolve(folder)} cannot be written: ${reason}`);
  }
}
