import { reservation } from '#gateway/edge/limits/reservation';
import { accept, credentials } from '#gateway/identity/credentials';
import { Recording } from '#libs/observe';
import { aContext } from '#libs/testing';
import { describe, expect, it } from '@jest/globals';
import { endMessage, messageContext } from './message-context.ts';

describe('the context of a message on a socket', () => {
  const opened = aContext();
  accept(opened, { id: 'u1', scopes: ['a'] });
  credentials.of(opened).scheme = 'DPoP';
  reservation.of(opened).reserved = [];

  it('has the caller and the credentials of its connection', () => {
    const context = messageContext(opened, 'message', 1_000);
    expect(context.caller).toEqual({ id: 'u1', scopes: ['a'] });
    expect(credentials.of(context)).toMatchObject({ state: 'valid', scheme: 'DPoP' });
    expect(context.log.callerId).toBe('u1');
  });

  it('has an id, a deadline and a reservation of its own', () => {
    const [one, other] = [messageContext(opened, 'message', 1_000), messageContext(opened, 'message', 1_000)];
    expect(new Set([opened, one, other].map(({ log }) => log.requestId)).size).toBe(3);
    expect(reservation.of(one).reserved).toBeUndefined();
    one.end();
    expect([opened.endedBy, other.endedBy]).toEqual([undefined, undefined]);
  });

  it('keeps its credentials when those of the connection change', () => {
    const context = messageContext(opened, 'message', 1_000);
    credentials.of(opened).state = 'invalid';
    expect(credentials.of(context).state).toBe('valid');
  });
});

describe('the recording of a message on a socket', () => {
  it('is its own, in the trace of its connection, and ends with the message', () => {
    const opened = aContext();
    const finished: Recording[] = [];
    const options = { requestId: 'r-1', name: 'GET', kind: 'server', isSampled: true } as const;
    opened.span = new Recording(options, (one) => void finished.push(one)).root;
    const context = messageContext(opened, 'message chat', 1_000);
    endMessage(context);
    endMessage(context);
    expect(finished).toHaveLength(1);
    const { requestId } = context.log;
    expect(finished[0]).toMatchObject({ requestId, isBranch: false, isSampled: true, parentId: opened.span.id });
    expect(finished[0]!.root).toMatchObject({ name: 'message chat', kind: 'server' });
  });
});
