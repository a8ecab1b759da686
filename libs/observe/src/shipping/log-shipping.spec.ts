import { afterEach, describe, expect, it } from '@jest/globals';
import { closeLog } from '#libs/observe';
import { Receiver } from '#libs/testing';
import { bulk, closeAll, documentsIn, logTo, messagesIn, nothing, receiverThat } from './receivers.fixture.ts';

afterEach(closeAll);

describe('log lines that are sent', () => {
  it('are sent once more after 429 and 503, in their order, and a pause that the receiver names', async () => {
    let answered = 0;
    const loki = await receiverThat((_, response) => {
      answered += 1;
      if (answered === 1) response.writeHead(429, { 'retry-after': '1' }).end();
      else if (answered === 2) response.writeHead(503).end();
      else response.writeHead(204).end();
    });
    const { logger, until } = await logTo([loki]);
    for (const msg of ['one', 'two', 'three']) logger.info(msg);
    const counts = await until(({ shipped, queuedLines }) => shipped === 3 && queuedLines === 0);
    expect(counts).toMatchObject({ failedRequests: 2, dropped: 0, refused: 0, queuedBytes: 0 });
    expect(messagesIn(loki.requests.slice(2))).toEqual(['one', 'two', 'three']);
  });

  it('that a receiver refuses are counted, and do not hold up others', async () => {
    let answered = 0;
    const loki = await receiverThat((_, response) => response.writeHead((answered += 1) === 1 ? 400 : 204).end());
    const { logger, until } = await logTo([loki]);
    logger.info('one');
    await until(({ refused }) => refused === 1);
    logger.info('two');
    expect(await until(({ shipped }) => shipped === 1)).toMatchObject({ refused: 1, failedRequests: 1 });
  });

  it('of which Elasticsearch takes some are sent again where it was full, and counted where it refuses', async () => {
    const statuses = [201, 400, 429, 201];
    const elastic = await receiverThat(bulk(() => statuses.shift()!));
    const { logger, until } = await logTo([{ url: elastic.url, kind: 'elasticsearch' }]);
    for (const msg of ['taken', 'refused', 'full']) logger.info(msg);
    const counts = await until(({ shipped, queuedLines }) => shipped === 2 && queuedLines === 0);
    expect(counts).toMatchObject({ refused: 1, dropped: 0 });
    expect(documentsIn(elastic.requests).map(({ document }) => document['msg'])).toEqual([
      'taken',
      'refused',
      'full',
      'full',
    ]);
  });

  it('wait for a receiver that is down, and reach it when it is back', async () => {
    const first = await Receiver.open(nothing);
    const { port } = first;
    await first.close();
    const { logger, until } = await logTo([{ url: `http://127.0.0.1:${port}` }]);
    logger.info('while it is down');
    await until(({ failedRequests }) => failedRequests >= 1);
    const loki = await receiverThat(nothing, port);
    await until(({ shipped }) => shipped === 1);
    expect(messagesIn(loki.requests)).toEqual(['while it is down']);
  });

  it('are bounded while a receiver hangs: the oldest are dropped and counted, and nothing waits', async () => {
    const loki = await receiverThat(() => {});
    const { logger, output, until, counts } = await logTo([loki], { maxBytes: 20_000, timeoutMs: 60_000 });
    for (let n = 0; n < 2_000; n += 1) logger.info({ n, text: 'x'.repeat(100) }, 'line');
    expect(output.lines).toHaveLength(2_000);
    await until(({ dropped, queuedLines }) => dropped + queuedLines === 2_000);
    expect(counts().queuedBytes).toBeLessThanOrEqual(20_000);
    await closeLog(logger);
    expect(counts()).toMatchObject({ dropped: 2_000, queuedLines: 0, queuedBytes: 0 });
  });

  it('survive an answer that is garbage, of another protocol or without end, which is no success', async () => {
    let answered = 0;
    const elastic = await receiverThat((request, response) => {
      answered += 1;
      if (answered === 1) response.end('<html>'.repeat(100));
      else if (answered === 2) response.end('{"errors":true,"items":[]}');
      else bulk(() => 201)(request, response);
    });
    const { logger, until } = await logTo([{ url: elastic.url, kind: 'elasticsearch' }]);
    logger.info('one');
    expect(await until(({ shipped }) => shipped === 1)).toMatchObject({ failedRequests: 2, dropped: 0 });
  });

  it('are all sent at the end of a process, the last one too', async () => {
    const loki = await receiverThat(nothing);
    const { logger, counts, until } = await logTo([loki], {}, 20_000);
    logger.info('0');
    await until(({ shipped }) => shipped === 1);
    for (let n = 1; n < 1_200; n += 1) logger.info(`${n}`);
    await closeLog(logger);
    expect(messagesIn(loki.requests)).toEqual(Array.from({ length: 1_200 }, (_, n) => `${n}`));
    expect(counts()).toMatchObject({ shipped: 1_200, dropped: 0 });
  });

  it('go to every receiver by itself: one that hangs delays no other', async () => {
    const [loki, hanging] = [await receiverThat(nothing), await receiverThat(() => {})];
    const { logger, until, counts } = await logTo([hanging, loki]);
    logger.info('one');
    await until(({ shipped }) => shipped === 1, 1);
    expect(counts(0).shipped).toBe(0);
  });
});
