import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { KeySet } from '#gateway/identity/keys/key-set';
import { Injectable } from '@nestjs/common';

/** How long a device is known after a login, in milliseconds. */
export const DEVICE_LIFE_MS = 90 * 86_400_000;
/** The maximum number of accounts that know one browser: a family may share it. */
const MAX_MARKS = 4;
/** The length of the truncated HMAC-SHA-256, in characters of base64url: 132 bits. */
const MAC_LENGTH = 22;
const MARK = /^([\w-]{22})\.([0-9a-z]{1,9})\.([\w-]{22})$/;

/**
 * Devices that have logged in to an account before (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"). A
 * device holds a mark for each account, signed with a key derived from the gateway's own, so the gateway stores nothing. A
 * mark is no credential, and does not reveal the account.
 *
 * The cookie's value is `mark~mark~…`, a mark is `id.expires.mac`: 16 random bytes in base64url, seconds in base 36, and
 * the first 22 characters of an HMAC over both and the account.
 */
@Injectable()
export class KnownDevices {
  constructor(private readonly keys: KeySet) {}

  /**
   * The counter name of the device at the account; undefined if the device is not known there.
   * @param cookie the cookie's value, as the client sent it
   * @param account from `accountName`
   */
  nameOf(cookie: string | undefined, account: string): string | undefined {
    const mark = marksIn(cookie).find((one) => this.isOf(one, account) && !hasExpired(one));
    return mark && createHash('sha256').update(mark).digest('base64url').slice(0, 22);
  }

  /** The cookie's value after a login to the account. It keeps the marks of other accounts. */
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
    const mac = createHmac('sha256', this.keys.derived('atrium known devices'))
      .update(`${unsigned} ${account}`)
      .digest('base64url');
    return mac.slice(0, MAC_LENGTH);
  }
}

/** The well-formed marks in a cookie, genuine or not. */
const marksIn = (cookie: string | undefined): string[] =>
  (cookie ?? '').split('~', MAX_MARKS).filter((mark) => MARK.test(mark));

const hasExpired = (mark: string): boolean => Number.parseInt(MARK.exec(mark)![2]!, 36) * 1000 <= Date.now();
