import { generateKeyPairSync } from 'node:crypto';
import { SigningKey } from '#gateway/identity/keys/signing-key';
import { loadConfig } from '#gateway/config/config';
import { JwtService } from '@nestjs/jwt';

const SCOPES = 'profile:read profile:write orders:read orders:write reviews:write';

/** A signing key for gateways in tests, and tokens that they accept, so that many callers need not log in. */
export class Access {
  /** The value of `JWT_PRIVATE_KEY`: of a curve, since one of RSA takes a tenth of a second. */
  readonly privateKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  }) as string;

  private readonly jwt = new JwtService({});
  private readonly config = loadConfig({ JWT_PRIVATE_KEY: this.privateKey });
  private readonly key = new SigningKey(this.config.JWT_PRIVATE_KEY!);

  /** The header of a customer. It is valid for hours, so that a moved clock does not expire it. */
  of(userId: string, scope = SCOPES): { authorization: string } {
    return this.signed(userId, scope, '5h');
  }

  /** The header of a customer whose token has expired. */
  expired(userId: string): { authorization: string } {
    return this.signed(userId, SCOPES, '-1s');
  }

  /** The header of a customer who logged in an hour ago and has a refreshed token. */
  stale(userId: string, scope = SCOPES): { authorization: string } {
    return this.signed(userId, scope, '5h', 3_600);
  }

  /** The header of a customer whose token is valid for two seconds. */
  expiring(userId: string): { authorization: string } {
    return this.signed(userId, SCOPES, '2s');
  }

  private signed(
    userId: string,
    scope: string,
    expiresIn: '5h' | '2s' | '-1s',
    age = 0,
  ): { authorization: string } {
    const token = this.jwt.sign(
      { scope, sid: `session-of-${userId}`, auth_time: Math.floor(Date.now() / 1000) - age },
      {
        privateKey: this.key.privateKey,
        algorithm: 'ES256',
        header: { alg: 'ES256', typ: 'at+jwt', kid: this.key.id },
        issuer: this.config.JWT_ISSUER,
        audience: this.config.JWT_AUDIENCE,
        subject: userId,
        expiresIn,
      },
    );
    return { authorization: `Bearer ${token}` };
  }

  /** The header of an operator. */
  get admin(): { authorization: string } {
    return this.of('u2', `${SCOPES} admin`);
  }
}
