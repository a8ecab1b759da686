import { Public } from '#gateway/declare/access';
import { ProviderLogout } from '#gateway/identity/provider/provider-logout';
import { Sessions } from '#gateway/identity/sessions/sessions';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import type { BrowserLogoutView } from './browser-logout.view.ts';

/** Logs the caller out of this browser. */
@Public({ ignoresToken: true, isForPages: true })
@Injectable()
export class BrowserLogout {
  constructor(
    private readonly sessions: Sessions,
    private readonly provider: ProviderLogout,
  ) {}

  /**
   * Ends the session of the caller, if there is one.
   * @param cookie of the session
   * @returns the URL that ends the session at the provider; undefined if there is none
   */
  async run(context: Context, cookie: string | undefined): Promise<BrowserLogoutView | undefined> {
    const { sessionId } = context.caller;
    if (sessionId === undefined) return undefined;
    const endSessionUrl = cookie === undefined ? undefined : await this.provider.run(sessionId, cookie);
    await this.sessions.end(context, sessionId, 'logout');
    return endSessionUrl === undefined ? undefined : { endSessionUrl };
  }
}
