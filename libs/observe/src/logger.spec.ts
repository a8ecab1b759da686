import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { createLogger, inRequest, onlyWarnings } from '#libs/observe';

type Line = Record<string, unknown>;

type Write<T> = (logger: ReturnType<typeof createLogger>) => T;

function logged(write: Write<void>): Line[] {
  const lines: Line[] = [];
  write(createLogger('test', 'info', { write: (line) => void lines.push(JSON.parse(line) as Line) }));
  return lines;
}

async function loggedLater(write: Write<Promise<unknown>>): Promise<Line[]> {
  const lines: Line[] = [];
  await write(createLogger('test', 'info', { write: (line) => void lines.push(JSON.parse(line) as Line) }));
  return lines;
}

describe('a line of the log', () => {
  it('says its level in a word, its time after ISO 8601 and the process it is from', () => {
    const [line] = logged((logger) => logger.warn('careful'));
    expect(line).toMatchObject({ level: 'warn', process: 'test', msg: 'careful' });
    expect(new Date(line!['time'] as string).toISOString()).toBe(line!['time']);
  });

  it('is not written below the level asked for', () => {
    expect(logged((logger) => logger.debug('details'))).toEqual([]);
  });

  it('carries the ids of its request, whatever was awaited in between', async () => {
    const ids = { requestId: 'r-1', callerId: 'u1' };
    const lines = await loggedLater((logger) =>
      inRequest(ids, async () => {
        logger.info('at once');
        await wait(1);
        logger.info('after a timer');
        await new Promise<void>((resolve) => setImmediate(() => (logger.info('in a callback'), resolve())));
      }),
    );
    expect(lines).toEqual(Array(3).fill(expect.objectContaining(ids)));
  });

  it('carries what became known of the request after it began', () => {
    const store: { requestId: string; callerId?: string } = { requestId: 'r-1' };
    const [line] = logged((logger) =>
      inRequest(store, () => {
        store.callerId = 'u1';
        logger.info('now it is known');
      }),
    );
    expect(line).toMatchObject({ callerId: 'u1' });
  });

  it('carries the ids of no other request', async () => {
    const lines = await loggedLater(async (logger) => {
      const request = (requestId: string) =>
        inRequest({ requestId }, async () => {
          await new Promise(setImmediate);
          logger.info(requestId);
        });
      await Promise.all([request('r-1'), request('r-2')]);
      logger.info('outside');
    });
    expect(lines.map(({ requestId, msg }) => [requestId, msg])).toEqual([
      ['r-1', 'r-1'],
      ['r-2', 'r-2'],
      [undefined, 'outside'],
    ]);
  });

  it('carries nothing of the lines before it', () => {
    const store = { requestId: 'r-1' };
    const lines = logged((logger) =>
      inRequest(store, () => {
        logger.info({ upstream: 'orders' }, 'first');
        logger.info('second');
      }),
    );
    expect(lines[1]).not.toHaveProperty('upstream');
    expect(store).toEqual({ requestId: 'r-1' });
  });

  it('tells a thing that was thrown and is no error as it is', () => {
    expect(logged((logger) => logger.error({ err: 'a word' }, 'failed'))[0]).toMatchObject({ err: 'a word' });
  });

  it('tells an error with its stack and its causes', () => {
    const cause = new Error('the disk is full');
    const error = Object.assign(new TypeError('broken', { cause }), { code: 'ENOSPC' });
    const [line] = logged((logger) => logger.error({ err: error }, 'failed'));
    expect(line!['err']).toMatchObject({
      type: 'TypeError',
      message: 'broken: the disk is full',
      code: 'ENOSPC',
      stack: expect.stringContaining('logger.spec.ts'),
    });
  });
});

describe('the logger of a framework', () => {
  const linesAt = (level: string): unknown[] => {
    const lines: Line[] = [];
    const write = (line: string) => void lines.push(JSON.parse(line) as Line);
    const logger = onlyWarnings(createLogger('test', level, { write }));
    for (const each of ['debug', 'info', 'warn', 'error'] as const) logger[each](each);
    return lines.map(({ msg }) => msg);
  };

  it('is quiet about everyday things, unless details are wanted', () => {
    expect(linesAt('info')).toEqual(['warn', 'error']);
    expect(linesAt('debug')).toEqual(['debug', 'info', 'warn', 'error']);
  });

  it('is never louder than the process', () => {
    expect(linesAt('error')).toEqual(['error']);
    expect(linesAt('silent')).toEqual([]);
  });
});
