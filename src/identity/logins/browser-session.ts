import { Scopes } from '#gateway/declare/access';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import type { BrowserSessionView } from './browser-session.view.ts';

/** Am I logged in, in this browser? */
@Scopes()
@Injectable()
export class BrowserSession {
  /** Who the caller is, and what they may do: what a page may know, and no token. */
  run({ caller }: Context): BrowserSessionView {
    return { userId: caller.id!, scopes: [...caller.scopes] };
  }
}
