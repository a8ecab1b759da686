import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { KeySet } from '#gateway/identity/keys/key-set';
import { Injectable } from '@nestjs/common';

/** How long a device is known after a login, in milliseconds. */
export const DEVICE_LIFE_MS = 90 * 86_400_000;
/** How many accounts one browser may be known for: a family shares one. */
const MAX_MARKS = 4;
/** Of the HMAC-SHA-256, in characters of base64url: 132 bits. */
const MAC_LENGTH = 22;
const MARK = /^([\w-]{22})\.([0-9a-z]{1,9})\.([\w-]{22})$/;

/**
 * Devices that have logged in to an account before (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"). A
 * device holds a mark for each account, signed with a key that is derived from the gateway's own: nothing is kept here. A
 * mark is no credential, and does not tell the account.
 *
 * The value of the cookie is `mark~mark~…`, a mark `id.expires.mac`: 16 random bytes in base64url, seconds in base 36,
 * and the first 22 characters of an HMAC over both and the account.
 */
@Injectable()
export class KnownDevices {
  private readonly key: Buffer;

  constructor(keys: KeySet) {
    const secret = keys.current.privateKey.export({ type: 'pkcs8', format: 'der' });
    this.key = Buffer.from(hkdfSync('sha256', secret, '', 'atrium known devices', 32));
  }

  /**
   * What stands for the device and the account in counts of attempts; undefined where the device is not known for it.
   * @param cookie the value of the cookie, as a client sends it
   * @param account as `accountName` gives it
   */
  nameOf(cookie: string | undefined, account: string): string | undefined {
    const mark = marksIn(cookie).find((one) => this.isOf(one, account) && !hasExpired(one));
    return mark && createHash('sha256').update(mark).digest('base64url').slice(0, 22);
  }

  /** The value of the cookie after a login to the account. The marks of other accounts that it has stay. */
  afterLogin(cookie: string | undefined, account: string): string {
    const expires = Math.ceil((Date.now() + DEVICE_LIFE_MS) / 1000).toString(36);
    const unsigned = `${randomBytes(16).toString('base64url')}.${expires}`;
    const others = marksIn(cookie).filter((one) => !hasExpired(one) && !this.isOf(one, account));
    return [`${unsigned}.${this.mac(unsigned, account)}`, ...others].slice(0, MAX_MARKS).join('~');
  }

  private isOf(mark: string, account: string): boolean {
    const at = mark.lastIndexOf('.');
    const expected = this.mac(mark.slice(0, at), account);
    return timingSafeEqual(Buffer.from(mark.slice(at + 1)), Buffer.from(expected));
  }

  private mac(unsigned: string, account: string): string {
    const mac = createHmac('sha256', this.key).update(`${unsigned} ${account}`).digest('base64url');
    return mac.slice(0, MAC_LENGTH);
  }
}

/** What has the form of a mark, whoever made it. */
const marksIn = (cookie: string | undefined): string[] =>
  (cookie ?? '').split('~', MAX_MARKS).filter((mark) => MARK.test(mark));

const hasExpired = (mark: string): boolean => Number.parseInt(MARK.exec(mark)![2]!, 36) * 1000 <= Date.now();
