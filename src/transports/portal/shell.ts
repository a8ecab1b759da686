import { html, type HtmlValue } from '#libs/html';

/** The pages of the portal: their name in the path, their link, and what one finds there. */
export const PORTAL_PAGES = [
  ['', 'Overview', 'Where to begin.'],
  ['reference', 'REST', 'Every operation of the REST API, to read and to try, with a call of the client package.'],
  ['graphiql', 'GraphQL', 'GraphiQL with your session, subscriptions and the trusted operations.'],
  ['streams', 'Streams', 'The event streams, to watch.'],
  ['events', 'AsyncAPI', 'The events of streams, subscriptions and sockets, and what they contain.'],
  ['errors', 'Errors', 'Every code that an error can have.'],
  ['changelog', 'Changes', 'What has changed, by release.'],
] as const;

/** The name of a page in its path; empty for the overview. */
export type PortalPage = (typeof PORTAL_PAGES)[number][0];

/** The pages of a portal on the admin port, where the API is not: those that only show. */
export const READ_ONLY_PAGES: readonly PortalPage[] = ['', 'reference', 'events', 'errors', 'changelog'];

/** Where a portal is, and what it has. */
export interface PortalShell {
  /** The path of the overview. */
  base: string;
  /** The title of the API. */
  title: string;
  /** Whether visitors can call the API from its pages. */
  tries: boolean;
  /** The name of a built file, if it was built. */
  fileOf(asset: string): string | undefined;
}

/** What a page adds to the shell. */
export interface PageParts {
  current: PortalPage;
  content: HtmlValue;
  /** The scripts of the page, in order. */
  scripts?: readonly string[];
  styles?: readonly string[];
  /** For style elements that scripts make. */
  nonce?: string;
  /** Whether the content has the width of the window. */
  isWide?: boolean;
  /** Whether the content makes the `main` element itself. */
  hasMain?: boolean;
}

/** A whole page of the portal. */
export function portalPage(shell: PortalShell, parts: PageParts): string {
  const { base, title, fileOf } = shell;
  const { current, content, scripts = [], styles = [], nonce } = parts;
  const pages = PORTAL_PAGES.filter(([page]) => shell.tries || READ_ONLY_PAGES.includes(page));
  const [, name] = pages.find(([page]) => page === current)!;
  const link = ([page, text]: (typeof PORTAL_PAGES)[number]) =>
    html`<li><a href="${addressOf(base, page)}" ${page === current && html`aria-current="page"`}>${text}</a></li>`;
  const built = (names: readonly string[]) => names.map(fileOf).filter((file) => file !== undefined);
  return String(
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          ${nonce && html`<meta property="csp-nonce" content="${nonce}" />`}
          <title>${name} · ${title}</title>
          <link rel="icon" href="data:," />
          ${built(['style.css', ...styles]).map((file) => html`<link rel="stylesheet" href="${base}/assets/${file}" />`)}
          ${built(shell.tries ? ['portal.js'] : []).map(
            (file) => html`<script type="module" src="${base}/assets/${file}"></script>`,
          )}
          ${built(scripts).map((file) =>
            file.startsWith('scalar-')
              ? html`<script defer src="${base}/assets/${file}"></script>`
              : html`<script type="module" src="${base}/assets/${file}"></script>`,
          )}
        </head>
        <body class="portal">
          <a class="skip" href="#content">Skip to the content</a>
          <header class="bar">
            <p class="brand">${title}</p>
            <nav aria-label="Portal">
              <ul>
                ${pages.map(link)}
              </ul>
            </nav>
            ${shell.tries && SESSION}
          </header>
          ${main(parts, html`${fileOf('style.css') === undefined && NOT_BUILT}${content}`)}
        </body>
      </html>`,
  );
}

const main = ({ isWide, hasMain }: PageParts, content: HtmlValue) =>
  hasMain
    ? html`<div id="content" tabindex="-1">${content}</div>`
    : html`<main id="content" tabindex="-1" class="${isWide ? 'wide' : 'text'}">${content}</main>`;

/** The path of a page. */
export const addressOf = (base: string, page: PortalPage): string => (page ? `${base}/${page}` : base);

/** A table that scrolls by itself on small screens, and can be scrolled by keyboard. */
export const scrolling = (label: string, content: HtmlValue) =>
  html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">${content}</div>`;

const NOT_BUILT = html`<p>
  <strong>The scripts of the portal are not built: run <code>npm run build</code>.</strong>
</p>`;

const SESSION = html`<div class="session">
  <span id="who" role="status"></span>
  <details id="login-area" hidden>
    <summary>Log in</summary>
    <form id="login">
      <label>Email <input name="email" type="email" autocomplete="username" required /></label>
      <label>Password <input name="password" type="password" autocomplete="current-password" required /></label>
      <button class="own">Log in with a cookie</button>
      <p id="login-failure" class="failure" role="alert"></p>
    </form>
  </details>
  <button id="logout" class="own" type="button" hidden>Log out</button>
</div>`;
