import { accountName, Attempts, type Counted } from '#gateway/identity/attempts/attempts';
import { KnownDevices } from '#gateway/identity/attempts/known-devices';
import { Audit } from '#gateway/identity/audit/audit';
import { addressKey } from '#libs/client-address';
import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import { type InputOf, input } from '#libs/view';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { type Account, Accounts } from './accounts.ts';

const credentials = { email: z.string().max(254), password: z.string().max(128) };

/** The credentials of a password login. */
export const LoginInput = input('LoginInput', credentials);

/** The same as a form has it, with the page to go to. */
export const LoginForm = input('LoginForm', { ...credentials, next: z.string().max(2_000).optional() });

/** The result of a password login. */
export interface LoggedIn {
  account: Account;
  /** The new value of the cookie that marks the device as known. */
  device: string;
}

/** Verifies an email address and a password, for every kind of login. */
@Injectable()
export class CheckCredentials {
  constructor(
    private readonly accounts: Accounts,
    private readonly attempts: Attempts,
    private readonly devices: KnownDevices,
    private readonly audit: Audit,
  ) {}

  /**
   * The account. Guesses are counted and limited before a password is checked, the same for unknown accounts.
   * @param cookie the device cookie that the client sent
   * @throws {GatewayError} UNAUTHENTICATED, the same for a wrong address and a wrong password; RATE_LIMITED
   */
  async run(
    context: Context,
    { email, password }: InputOf<typeof LoginInput>,
    kind: 'app' | 'browser' | 'operator',
    cookie: string | undefined,
  ): Promise<LoggedIn> {
    const name = accountName(email);
    const counted = await this.countedBy(context, name, cookie);
    const attempt = await this.attempts.begin(counted, (reason) =>
      this.audit.write(context, 'login.delayed', { account: name, kind, reason }),
    );
    const account = await this.accounts.withCredentials(context, email, password).catch(async (error: unknown) => {
      await attempt.takeBack();
      throw error;
    });
    if (!account) {
      this.audit.write(context, 'login.failed', { account: name, kind });
      if (await this.attempts.isSpent(counted[0]!))
        this.audit.write(context, 'device.retired', { account: name, kind });
      const detail = 'The email address or the password is wrong.';
      throw new GatewayError('UNAUTHENTICATED', { detail, headers: { 'www-authenticate': 'Bearer' } });
    }
    await attempt.succeeded();
    this.audit.write(context, 'login.ok', { userId: account.id, account: name, kind });
    return { account, device: this.devices.afterLogin(cookie, name) };
  }

  /** Counts strangers' guesses apart from those of a known device or session, so that they do not lock the owner out. */
  private async countedBy(context: Context, account: string, cookie: string | undefined): Promise<Counted[]> {
    const name = this.devices.nameOf(cookie, account);
    const device: Counted | undefined = name === undefined ? undefined : { by: 'device', name };
    if (device && !(await this.attempts.isSpent(device))) return [device];
    const { id, sessionId } = context.caller;
    const owner = id && sessionId ? await this.accounts.byId(context, id).catch(() => undefined) : undefined;
    const isTheirs = owner !== undefined && accountName(owner.email) === account;
    if (isTheirs) return [{ by: 'session', name: sessionId! }];
    const address = addressKey(context.client.address);
    return [
      { by: 'guesser', name: `${account} ${address}` },
      { by: 'strangers', name: account },
      { by: 'address', name: address },
    ];
  }
}
