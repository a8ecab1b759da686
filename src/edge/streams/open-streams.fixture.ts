import { generateKeyPairSync } from 'node:crypto';
import { loadConfig } from '#gateway/config/config';
import { BrowserSessions } from '#gateway/identity/browser/browser-sessions';
import { Renewals } from '#gateway/identity/browser/renewals';
import { SessionWatch } from '#gateway/identity/browser/session-watch';
import { KeySet } from '#gateway/identity/keys/key-set';
import { SigningKey } from '#gateway/identity/keys/signing-key';
import { bearersOf } from '#gateway/identity/tokens/tokens.fixture';
import { SessionStoreMemory } from '#gateway/identity/sessions/session-store.memory';
import { sessionsOf } from '#gateway/identity/sessions/sessions.fixture';
import { aContext } from '#libs/testing';
import { type Caller, DetachedWork } from '#libs/upstream';
import { ConnectionFake } from './connection.fixture.ts';
import { OpenStreams } from './open-streams.ts';

/** Open streams in one process, with the sessions that they end with. */
export function openStreamsOf(environment: Record<string, string> = {}) {
  const { sessions, ends } = sessionsOf(new SessionStoreMemory());
  const browsers = new BrowserSessions(sessions, ends, new Renewals(sessions, null, new DetachedWork()));
  const config = loadConfig(environment);
  const { bearers } = bearersOf(
    config,
    new KeySet(new SigningKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)),
  );
  const watch = new SessionWatch(browsers, bearers, ends);
  const streams = new OpenStreams(config, ends, watch);
  /** Opens a connection for a caller. */
  const open = (caller: Caller = { id: 'u1', scopes: [] }, address = '192.0.2.1', route = '/v1/events') =>
    streams.add(aContext({ caller, client: { address, userAgent: '' } }), route, () => new ConnectionFake());
  const stop = () => {
    streams.onApplicationShutdown();
    watch.onApplicationShutdown();
  };
  return { streams, sessions, ends, browsers, watch, open, stop };
}
