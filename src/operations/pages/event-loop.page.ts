import { html } from '#libs/html';
import type { LoopBlock, LoopReport } from '#libs/process';
import { duration, percent, perSecond, size, timeOfDay } from './format.ts';
import type { MetricWindow } from './metric-text.ts';
import { figure, livePart, page, table } from './shell.ts';

const GC = 'nodejs_gc_duration_seconds';
const SPACE = 'nodejs_heap_space_size';
/** A delay of the loop that clients notice, in milliseconds. */
const BAD_MS = 100;

/** The page about the event loop of this process, its garbage collector, and the heap of all workers. */
export function eventLoopPage(
  { seconds, utilization, delayMs }: LoopReport,
  window: MetricWindow,
  blocks: readonly LoopBlock[],
): string {
  const figures = html`<p class="quiet">Process ${process.pid}, in the last ${Math.round(seconds)} seconds.</p>
    <dl class="figures">
      ${figure('Busy', percent(utilization), 'of the time')} ${figure('Delay p50', duration(delayMs?.p50))}
      ${figure('Delay p90', duration(delayMs?.p90))}
      ${figure('Delay p99', duration(delayMs?.p99), undefined, isBad(delayMs?.p99) ? 'bad' : undefined)}
      ${figure('Longest delay', duration(delayMs?.max), undefined, isBad(delayMs?.max) ? 'bad' : undefined)}
    </dl>`;
  return page('Event loop', '/admin/ui/event-loop', [
    livePart('figures', figures),
    livePart('blocks', blocked(blocks)),
    livePart('gc', collections(window)),
    livePart('spaces', spaces(window)),
  ]);
}

const isBad = (delayMs = 0): boolean => delayMs >= BAD_MS;

const blocked = (blocks: readonly LoopBlock[]) =>
  table(
    'Blocks of the loop of this process, with the stack that blocked it',
    ['Began (UTC)', 'Took', 'Stack'],
    [...blocks]
      .reverse()
      .map(({ startedAt, durationMs, stack }) => [
        timeOfDay(startedAt),
        duration(durationMs),
        html`<pre>${stack}</pre>`,
      ]),
  );

const collections = (window: MetricWindow) =>
  table(
    'Garbage collections of all workers, in the last minute',
    ['Kind', 'Collections', 'Time', 'Mean'],
    window.now.valuesOf(`${GC}_count`, 'kind').map((kind) => {
      const isIts = (labels: Readonly<Record<string, string>>) => labels['kind'] === kind;
      const [count, total] = [window.growth(`${GC}_count`, isIts), window.growth(`${GC}_sum`, isIts)];
      const share = total / window.seconds;
      return [
        kind,
        perSecond(count / window.seconds),
        percent(share),
        duration(count ? (total / count) * 1_000 : undefined),
      ];
    }),
  );

const spaces = ({ now }: MetricWindow) =>
  table(
    'Heap of all workers',
    ['Space', 'Used', 'Reserved'],
    now.valuesOf(`${SPACE}_used_bytes`, 'space').map((space) => {
      const isIts = (labels: Readonly<Record<string, string>>) => labels['space'] === space;
      return [space, size(now.sum(`${SPACE}_used_bytes`, isIts)), size(now.sum(`${SPACE}_total_bytes`, isIts))];
    }),
  );
