import { describe, expect, it } from '@jest/globals';
import { GatewayError } from '#libs/errors';
import { Recording } from '#libs/observe';
import { aContext } from '#libs/testing';
import type { Context } from '#libs/upstream';
import { recordRuns } from './record-runs.ts';

class GetThing {
  constructor(private readonly failure?: Error) {}

  async run(context: Context, id: string): Promise<string> {
    context.span?.start('call', 'client').end();
    await Promise.resolve();
    if (this.failure) throw this.failure;
    return id;
  }
}
recordRuns(GetThing);
recordRuns(GetThing);

function recorded() {
  const context = aContext();
  const recording = new Recording({ requestId: 'r-1', name: 'GET', kind: 'server' }, () => {});
  context.span = recording.root;
  return { context, recording };
}

describe('a run of a use case', () => {
  it('is a span of its request, and the parent of the calls that it makes', async () => {
    const { context, recording } = recorded();
    expect(await new GetThing().run(context, 't1')).toBe('t1');
    expect(recording.spans.map(({ name, parent }) => [name, parent?.name])).toEqual([
      ['GET', undefined],
      ['GetThing', 'GET'],
      ['call', 'GetThing'],
    ]);
    expect(context.span).toBe(recording.root);
    expect(recording.spans[1]).toMatchObject({ error: undefined, endMs: expect.any(Number) });
  });

  it('leaves the span of the request as the current one, whichever of several runs ends first', async () => {
    const { context, recording } = recorded();
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    class Wait {
      async run(_context: Context, n: number): Promise<void> {
        await gates[n]!.promise;
      }
    }
    recordRuns(Wait);
    const [first, second] = [new Wait().run(context, 0), new Wait().run(context, 1)];
    gates[0]!.resolve();
    await first;
    expect(context.span).toBe(recording.spans[2]);
    gates[1]!.resolve();
    await second;
    expect(context.span).toBe(recording.root);
  });

  it('ends with the code of its failure, which is thrown on', async () => {
    const { context, recording } = recorded();
    const failure = new GatewayError('NOT_FOUND');
    await expect(new GetThing(failure).run(context, 't1')).rejects.toBe(failure);
    expect(recording.spans[1]!.error).toBe('NOT_FOUND');
  });

  it('that begins after the end of its request, whose client has left, is recorded by itself', async () => {
    const finished: Recording[] = [];
    const context = aContext();
    const recording = new Recording({ requestId: 'r-1', name: 'GET', kind: 'server' }, (one) =>
      finished.push(one),
    );
    context.span = recording.root;
    recording.root.end();
    expect(await new GetThing().run(context, 't1')).toBe('t1');
    expect(context.span).toBe(recording.root);
    expect(finished.map(({ root }) => root.name)).toEqual(['GET', 'GetThing']);
  });

  it('is as it was for a use case that needs no request', () => {
    class FollowThings {
      run(lastSeen?: string): string {
        return `after ${lastSeen}`;
      }
    }
    recordRuns(FollowThings);
    expect([new FollowThings().run(), new FollowThings().run('7')]).toEqual(['after undefined', 'after 7']);
  });

  it('is as it was where nothing records the request', async () => {
    expect(await new GetThing().run(aContext(), 't1')).toBe('t1');
  });
});
