import { catalogue } from '#libs/errors';
import { Html, html, type HtmlValue } from '#libs/html';
import { addressOf, PORTAL_PAGES, type PortalShell, READ_ONLY_PAGES, scrolling } from './shell.ts';

/** A stream that visitors can watch. */
export interface WatchedStream {
  path: string;
  summary: string;
  parameters: readonly string[];
}

/** An AsyncAPI document, as far as the page of events shows it. */
export interface EventsDocument {
  channels: Readonly<
    Record<
      string,
      {
        address?: string | null;
        title?: string;
        messages?: Readonly<Record<string, { title?: string; name?: string; payload?: unknown; $ref?: string }>>;
      }
    >
  >;
  components?: { schemas?: Readonly<Record<string, unknown>> };
}

/** The first page: what there is, and a first call. */
export function landing({ base, title, tries }: PortalShell, description: string): HtmlValue {
  const pages = PORTAL_PAGES.filter(([page]) => page && (tries || READ_ONLY_PAGES.includes(page)));
  const card = ([page, name, about]: (typeof PORTAL_PAGES)[number]) =>
    html`<li>
      <a href="${addressOf(base, page)}">${name}</a>
      <p>${about}</p>
    </li>`;
  return html`<h1>${title}</h1>
    <p>${description}</p>
    <ul class="cards">
      ${pages.map(card)}
    </ul>
    <h2>A first call</h2>
    <p>
      Log in, and send the access token with each request. The token lasts 15 minutes;
      <code>POST /v1/auth/refresh</code> gets another.
    </p>
    ${scrolling(
      'A first call',
      html`<pre>
curl -X POST /v1/auth/login -H 'Content-Type: application/json' -d '{"email":"…","password":"…"}'
curl /v1/me -H 'Authorization: Bearer …'</pre>`,
    )}
    <p>
      Pages in browsers log in with a cookie instead: <code>POST /bff/login</code> with <code>X-CSRF: 1</code>,
      which every further request sends, too.
    </p>
    <h2>Documents for tools</h2>
    <ul>
      <li><a href="/openapi.json">/openapi.json</a> OpenAPI 3.1, for generators</li>
      <li>
        <a href="/openapi.3.2.json">/openapi.3.2.json</a> OpenAPI 3.2, with the events of streams and
        <code>QUERY</code>
      </li>
      <li><a href="/asyncapi.json">/asyncapi.json</a> AsyncAPI 3.0</li>
    </ul>`;
}

/** The page of streams: a form each, and the events of the open one. */
export const streamsContent = (streams: readonly WatchedStream[]): HtmlValue =>
  html`<h1>Streams</h1>
    <p>Streams are opened with your session. One is open at a time.</p>
    ${streams.map(streamForm)}
    <h2 id="events-title">Events</h2>
    <p>
      <span id="state" role="status">No stream is open.</span>
      <button id="stop" class="own" type="button">Stop</button>
    </p>
    <div id="events" class="events" role="log" aria-labelledby="events-title" tabindex="0"></div>`;

const streamForm = ({ path, summary, parameters }: WatchedStream) =>
  html`<section class="stream">
    <h2>${summary}</h2>
    <code>GET ${path}</code>
    <form data-path="${path}">
      ${parameters.map((name) => html`<label>${name} <input name="${name}" required autocomplete="off" /></label>`)}
      <button class="own" aria-label="Watch ${path}">Watch</button>
    </form>
  </section>`;

/** The page of events: a section a channel. */
export function eventsContent({ channels, components }: EventsDocument): HtmlValue {
  const schemaOf = (payload: unknown): unknown => {
    const name = /^#\/components\/schemas\/(.+)$/.exec(
      (payload as { $ref?: string } | undefined)?.$ref ?? '',
    )?.[1];
    return name === undefined ? payload : components?.schemas?.[name];
  };
  const channel = ([id, { address, title, messages = {} }]: [string, EventsDocument['channels'][string]]) =>
    html`<section class="channel">
      <h2>${title ?? id}</h2>
      <code>${address ?? id}</code>
      ${Object.entries(messages).map(
        ([name, { payload }]) =>
          html`<details>
            <summary><code>${name}</code></summary>
            ${scrolling(`The data of ${name} of ${id}`, html`<pre>${JSON.stringify(schemaOf(payload), null, 2)}</pre>`)}
          </details>`,
      )}
    </section>`;
  return html`<h1>AsyncAPI</h1>
    <p>
      What the gateway sends without a request for each message. The document is
      <a href="/asyncapi.json">/asyncapi.json</a>.
    </p>
    ${Object.entries(channels).map(channel)}`;
}

/** The page of errors: the catalogue as a table. */
export function errorsContent(): HtmlValue {
  const row = ([code, { status, title, when }]: [string, { status: number; title: string; when: string }]) =>
    html`<tr id="${code}">
      <th scope="row"><code>${code}</code></th>
      <td>${status}</td>
      <td>${title}</td>
      <td>${when}</td>
    </tr>`;
  const table = html`<table>
    <thead>
      <tr>
        <th scope="col">Code</th>
        <th scope="col">Status</th>
        <th scope="col">Title</th>
        <th scope="col">When</th>
      </tr>
    </thead>
    <tbody>
      ${Object.entries(catalogue).map(row)}
    </tbody>
  </table>`;
  return html`<h1>Errors</h1>
    <p>
      Errors are problem documents (RFC 9457); in GraphQL the code is in <code>extensions</code>. Programs should
      read the code: it is the same in both, and never changes.
    </p>
    ${scrolling('Errors', table)}`;
}

/** The page of changes. @param markup of the changelog, made by the build from our own file; undefined without a build */
export const changelogContent = (markup: string | undefined): HtmlValue =>
  html`<h1>Changes</h1>
    ${markup === undefined ? html`<p>There is no changelog here.</p>` : new Html(markup)}`;

/** The page of the REST reference. @param document its address */
export const referenceContent = (document: string, { tries }: PortalShell): HtmlValue =>
  html`<div id="reference" data-document="${document}" data-tries="${tries ? 'yes' : 'no'}"></div>`;

/** The page of GraphiQL. */
export const graphiqlContent = (operations: readonly { id: string; text: string }[], workers: object): HtmlValue =>
  html`<h1 class="unseen">GraphiQL</h1>
    <div
      id="graphiql"
      data-operations="${JSON.stringify(operations)}"
      data-workers="${JSON.stringify(workers)}"
    ></div>`;
