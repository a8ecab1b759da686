import type { RequestRecord, SpanRecord } from '#gateway/operations/requests/request-record';
import type { Found } from '#gateway/operations/requests/request-search';
import type { AttributeValue } from '#libs/observe';
import { html, type Html } from '#libs/html';
import { duration, timeOfDay } from './format.ts';
import { swatch } from './flame-graph.ts';
import { reach } from './requests.page.ts';
import { figure, page } from './shell.ts';

const PATH = '/admin/ui/requests';
/** The deepest indentation: deeper spans are indented like it. */
const MAX_INDENT = 6;

/** The page of one request: each of its spans as a row of a waterfall. */
export const requestPage = (id: string, found: Found<RequestRecord>): string =>
  page(found.requests[0]?.name ?? 'Request', PATH, [
    html`<p><a href="${PATH}">All requests</a></p>`,
    reach(found),
    found.requests.length > 1 &&
      html`<p class="note">
        ${found.requests.length} requests have the id <code>${id}</code>, in the order they began.
      </p>`,
    found.requests.map((one, index) => requestSection(one, index, found.requests.length > 1)),
  ]);

function requestSection(request: RequestRecord, index: number, isOneOfSeveral: boolean): Html {
  const { attributes } = request.spans[0]!;
  const deadline = attributes['atrium.deadline_left_ms'];
  const cost = attributes['atrium.cost'];
  return html`${isOneOfSeveral && html`<h2>${index + 1}. ${request.name}${request.isBranch && ', after its response'}</h2>`}
    <dl class="figures">
      ${figure('Status', String(request.status ?? '–'), request.code, request.code === undefined ? undefined : 'bad')}
      ${figure('Took', duration(request.durationMs))} ${figure('Began (UTC)', timeOfDay(request.at))}
      ${typeof deadline === 'number' && figure('Deadline left', duration(deadline), undefined, deadline <= 0 ? 'bad' : undefined)}
      ${typeof cost === 'number' && figure('Cost', String(cost))}
      ${figure('Tries', String(request.spans.filter(isTry).length))}
    </dl>
    ${request.degraded.length > 0 && html`<p class="note bad">Degraded: ${request.degraded.join(', ')}</p>`}
    <p class="quiet">
      Path <code>${request.path}</code>, request id <code>${request.requestId}</code>, trace id
      <code>${request.traceId}</code>, process ${request.process}
    </p>
    ${waterfall(request)}
    ${request.droppedSpans > 0 && html`<p class="note">${request.droppedSpans} more spans were not recorded.</p>`}`;
}

const isTry = ({ attributes }: SpanRecord): boolean => attributes['atrium.upstream'] !== undefined;

const LEGEND = [
  ['root', 'Request'],
  ['span', 'Call'],
  ['span cache', 'Cache'],
  ['span internal', 'Gateway'],
  ['queued', 'Queued'],
  ['span failed', 'Failed'],
] as const;

function waterfall({ spans, durationMs, name }: RequestRecord): Html {
  const endMs = Math.max(durationMs, ...spans.map((span) => span.startMs + span.durationMs), 0.001);
  const caption = `Waterfall of ${name}`;
  return html`<ul class="key">
      ${LEGEND.map(([className, label]) => html`<li>${swatch(`span ${className}`)}${label}</li>`)}
    </ul>
    <div class="scroll" role="region" aria-label="${caption}" tabindex="0">
      <table class="waterfall">
        <caption>
          ${caption}
        </caption>
        <thead>
          <tr>
            <th scope="col">Span</th>
            <th scope="col">Start</th>
            <th scope="col">Took</th>
            <th scope="col">Outcome</th>
            <th scope="col">Facts</th>
            <th scope="col" class="bars">0 to ${duration(endMs)}</th>
          </tr>
        </thead>
        <tbody>
          ${inTree(spans).map(({ span, depth }) => spanRow(span, depth, endMs))}
        </tbody>
      </table>
    </div>`;
}

/** The spans in the order of a tree, each after its parent and its earlier siblings. */
function inTree(spans: readonly SpanRecord[]): { span: SpanRecord; depth: number }[] {
  const known = new Set(spans.map(({ id }) => id));
  const childrenOf = Map.groupBy(spans, ({ parentId }) =>
    parentId !== undefined && known.has(parentId) ? parentId : '',
  );
  const rows: { span: SpanRecord; depth: number }[] = [];
  const visit = (parentId: string, depth: number): void => {
    for (const span of childrenOf.get(parentId) ?? []) {
      rows.push({ span, depth });
      visit(span.id, depth + 1);
    }
  };
  visit('', 0);
  return rows;
}

function spanRow(span: SpanRecord, depth: number, endMs: number): Html {
  const { name, startMs, durationMs, error, attributes } = span;
  const { 'atrium.upstream': upstream, 'atrium.outcome': outcome } = attributes;
  return html`<tr>
    <th scope="row" class="depth-${Math.min(depth, MAX_INDENT)}">
      ${typeof upstream === 'string' && `${upstream}: `}${name}
    </th>
    <td>${duration(startMs)}</td>
    <td>${duration(durationMs)}</td>
    <td class="${error !== undefined && 'bad'}">${error ?? (typeof outcome === 'string' ? outcome : 'OK')}</td>
    <td class="facts">${factsOf(span)}</td>
    <td class="bars">${bar(span, depth, endMs)}</td>
  </tr>`;
}

const inPercent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(3)}%`;

/** The bar of a span; the time in the bulkhead's queue has its own colour. */
function bar(span: SpanRecord, depth: number, endMs: number): Html {
  const { startMs, durationMs, attributes } = span;
  const queueMs = Number(attributes['atrium.queue_ms'] ?? 0);
  const rect = (className: string, fromMs: number, ofMs: number) =>
    html`<rect
      class="${className}"
      x="${inPercent(fromMs, endMs)}"
      width="${inPercent(ofMs, endMs)}"
      y="3"
      height="12"
      rx="2"
    />`;
  return html`<svg aria-hidden="true" width="100%" height="18">
    ${rect(`span ${colourOf(span, depth)}`, startMs, Math.max(durationMs, endMs / 400))}
    ${queueMs > 0 && rect('queued', startMs, queueMs)}
  </svg>`;
}

function colourOf({ error, kind, attributes }: SpanRecord, depth: number): string {
  if (error !== undefined && depth > 0) return 'failed';
  if (depth === 0) return 'root';
  if (Object.keys(attributes).some((name) => name.startsWith('atrium.cache'))) return 'cache';
  return kind === 'internal' ? 'internal' : '';
}

/** Attributes that have a place of their own. */
const OWN_PLACE = new Set([
  'atrium.upstream',
  'atrium.outcome',
  'atrium.request_id',
  'atrium.code',
  'atrium.degraded',
  'atrium.deadline_left_ms',
  'atrium.cost',
]);

const printed = (value: AttributeValue): string =>
  typeof value === 'number'
    ? String(Math.round(value * 1_000) / 1_000)
    : Array.isArray(value)
      ? value.join(', ')
      : String(value);

/** What is known of a span: the gateway's own facts at once, the others on request. */
function factsOf({ attributes, events }: SpanRecord): Html {
  const known = Object.entries(attributes).filter(([name, value]) => value !== undefined && !OWN_PLACE.has(name));
  const isOurs = ([name]: [string, AttributeValue]) =>
    name.startsWith('atrium.') || name === 'http.request.resend_count';
  const ours = known.filter(isOurs).map(([name, value]) => fact(name, value));
  const others = known.filter((one) => !isOurs(one));
  return html`${ours}${events.map(({ name, atMs }) => html`<span class="badge fact">${name} at ${duration(atMs)}</span> `)}
  ${
    others.length > 0 &&
    html`<details>
      <summary>${others.length} attributes</summary>
      <dl>
        ${others.map(
          ([name, value]) =>
            html`<dt>${name}</dt>
              <dd>${printed(value)}</dd>`,
        )}
      </dl>
    </details>`
  }`;
}

function fact(name: string, value: AttributeValue): Html {
  if (name === 'http.request.resend_count') return html`<span class="badge fact">try ${Number(value) + 1}</span> `;
  const label = name
    .replace(/^atrium\./, '')
    .replace(/_ms$/, '')
    .replace(/[._]/g, ' ');
  const text = name.endsWith('_ms') && typeof value === 'number' ? duration(value) : printed(value);
  return html`<span class="badge fact">${value === true ? label : `${label} ${text}`}</span> `;
}
