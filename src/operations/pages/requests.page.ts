import { KEPT_MINUTES, REQUEST_LISTS, type RequestListKind } from '#gateway/operations/requests/recent-requests';
import type { RequestSummary } from '#gateway/operations/requests/request-record';
import type { Found } from '#gateway/operations/requests/request-search';
import { html, type Html } from '#libs/html';
import { duration, size, timeOfDay } from './format.ts';
import { livePart, page, table } from './shell.ts';

const PATH = '/admin/ui/requests';

const NAMES: Record<RequestListKind, string> = {
  slowest: 'Slowest requests',
  failed: 'Failed and degraded requests',
  latest: 'Latest requests',
};

interface RequestsState {
  kind: RequestListKind;
  minutes: number;
  found: Found<RequestSummary>;
  memory: { bytes: number; maxBytes: number };
}

/** The page that lists recent requests and finds one by its id. */
export const requestsPage = ({ kind, minutes, found, memory }: RequestsState): string =>
  page('Requests', PATH, [
    html`<form method="get" action="${PATH}/find" class="row" role="search">
      <label
        >Request id or trace id <input name="id" required pattern="[A-Za-z0-9._\\-]{1,128}" size="36"
      /></label>
      <button>Show request</button>
    </form>`,
    html`<form method="get" action="${PATH}" class="row">
      <label
        >List
        <select name="kind">
          ${REQUEST_LISTS.map((one) => option(one, NAMES[one], one === kind))}
        </select>
      </label>
      <label
        >Of the last minutes
        <input name="minutes" type="number" min="1" max="${KEPT_MINUTES}" value="${minutes}" required />
      </label>
      <button>Show list</button>
    </form>`,
    livePart('requests', [reach(found), requestTable(NAMES[kind], found.requests)]),
    retention(memory),
  ]);

const option = (value: string, name: string, isSelected: boolean): Html =>
  html`<option value="${value}" ${isSelected && html`selected`}>${name}</option>`;

/** Where the answer comes from. */
export const reach = ({ processes, isPartial }: Found<unknown>): Html =>
  isPartial
    ? html`<p class="note bad">
        Redis could not be reached: these are the requests of process ${process.pid} alone.
      </p>`
    : html`<p class="quiet">
        Of ${processes} ${processes === 1 ? 'process' : 'processes'}, at ${timeOfDay(Date.now())} UTC.
      </p>`;

const requestTable = (caption: string, requests: readonly RequestSummary[]): Html =>
  table(
    caption,
    ['Request', 'Began (UTC)', 'Took', 'Status', 'Error', 'Degraded', 'Spans', 'Process'],
    requests.map((one) => [
      html`<a href="${PATH}/${one.requestId}">${one.name}</a>`,
      timeOfDay(one.at),
      duration(one.durationMs),
      html`<span class="${(one.status ?? 0) >= 500 && 'bad'}">${one.status}</span>`,
      one.code,
      one.degraded.join(', '),
      one.spanCount,
      one.process,
    ]),
  );

function retention({ bytes, maxBytes }: RequestsState['memory']): Html {
  if (!maxBytes)
    return html`<p class="note">No requests are kept here: <code>RECENT_REQUESTS_BYTES</code> is 0.</p>`;
  return html`<h2>What is kept</h2>
    <p>
      This process keeps ${size(bytes)} of at most ${size(maxBytes)} (<code>RECENT_REQUESTS_BYTES</code>), in
      memory, for at most ${KEPT_MINUTES} minutes: half of it for the latest requests, a quarter for failed and
      degraded ones, a quarter for the slowest of each minute. It keeps paths without their query, ids of accounts,
      and the networks of client addresses; no header, no body, no name.
    </p>`;
}
