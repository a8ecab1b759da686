import { OPERATOR_STYLE } from '#gateway/identity/logins/operator-page';
import { html, type Html, type HtmlValue } from '#libs/html';

/** The pages, in the order of the navigation. */
const PAGES = [
  ['/admin/ui', 'Overview'],
  ['/admin/ui/requests', 'Requests'],
  ['/admin/ui/jobs', 'Jobs'],
  ['/admin/ui/usage', 'Usage'],
  ['/admin/ui/event-loop', 'Event loop'],
  ['/admin/ui/profiles', 'Profiles'],
] as const;

/** The path of a page. */
export type PagePath = (typeof PAGES)[number][0];

/** The start of a page, up to its content. @param current the page that the navigation marks */
export function pageStart(title: string, current?: PagePath): Html {
  const link = ([path, name]: (typeof PAGES)[number]) =>
    html`<li><a href="${path}" ${path === current && html`aria-current="page"`}>${name}</a></li>`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Atrium</title>
        <link rel="stylesheet" href="${OPERATOR_STYLE}" />
        <script type="module" src="/admin/ui/live.js"></script>
      </head>
      <body>
        <a class="skip" href="#content">Skip to the content</a>
        <header>
          <p class="brand">Atrium</p>
          <nav aria-label="Operators' pages">
            <ul>
              ${PAGES.map(link)}
            </ul>
          </nav>
          <form method="post" action="/admin/logout/form"><button class="plain">Log out</button></form>
        </header>
        <main id="content" tabindex="-1">
          <h1>${title}</h1>
     `;
}

/** The end of a page. */
export const PAGE_END = html`
        </main>
      </body>
    </html>`;

/** A whole page. */
export const page = (title: string, current: PagePath | undefined, content: HtmlValue): string =>
  String(html`${pageStart(title, current)}${content}${PAGE_END}`);

/** A part of a page that the script keeps up to date. @param id unique within the page */
export const livePart = (id: string, content: HtmlValue): Html => html`<div id="${id}" data-live>${content}</div>`;

/** A labelled number. @param tone colours it, besides its text */
export const figure = (label: string, value: string, hint?: string, tone?: 'bad' | 'good'): Html =>
  html`<div class="figure ${tone}">
    <dt>${label}</dt>
    <dd>${value}${hint && html` <small>${hint}</small>`}</dd>
  </div>`;

/** A table that scrolls by itself on small screens, and can be scrolled by keyboard. */
export function table(caption: string, columns: readonly string[], rows: readonly (readonly HtmlValue[])[]): Html {
  const row = ([first, ...others]: readonly HtmlValue[]) =>
    html`<tr>
      <th scope="row">${first}</th>
      ${others.map((cell) => html`<td>${cell}</td>`)}
    </tr>`;
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col">${column}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${
          rows.length
            ? rows.map(row)
            : html`<tr>
                <td colspan="${columns.length}">None</td>
              </tr>`
        }
      </tbody>
    </table>
  </div>`;
}
