import type { InternalTokenSigner } from '#libs/internal-token';
import type { Policy } from './call.ts';
import type { Context } from './context.ts';

/** What every client of an upstream is given. */
export interface ClientOptions {
  /** The upstream's name: in logs and metrics, and the audience of its tokens. */
  name: string;
  /** What wraps its calls, the outermost first. */
  policies: readonly Policy[];
  /** Tells the upstream who the caller is. */
  tokens: InternalTokenSigner;
}

/** A client, as operators see it. */
export interface Client {
  readonly name: string;
  /** Asks the upstream itself whether it is ready. */
  isReady(context: Context): Promise<boolean>;
  close(): Promise<void>;
}
