import { html, type Html, type HtmlValue } from '#libs/html';
import { messages } from './messages/messages.ts';
import type { PageAssets } from './page-assets.ts';
import type { Site } from './site.ts';
import type { Visit } from './visit.ts';

/** What a page says of itself. */
export interface PageHead {
  /** The name of the page for styles and scripts: its style sheet, if it has one, and `data-page` of its body. */
  name: string;
  title: string;
  /** A sentence for search engines. */
  description?: string;
  /** The canonical path, with the query that selects the content; undefined for a page that no search engine should list. */
  path?: string;
  /** The path or URL of a picture, for previews of links. */
  image?: string;
}

/** What the frame of each page is made of. */
export interface PageFrame {
  visit: Visit;
  site: Site;
  assets: PageAssets;
  head: PageHead;
  /** The origin of canonical links; without it they are paths. */
  origin: string | undefined;
  /** Identifies the running process, so that pages in development are loaded again once it changes. */
  bootId: string | undefined;
}

/** The beginning of a page: its head and its navigation. */
export const pageStart = (frame: PageFrame): Html =>
  html`<!doctype html>
    <html lang="${frame.visit.language}">
      ${head(frame)}
      <body class="site" data-page="${frame.head.name}">
        <a class="skip" href="#content">${messages[frame.visit.language].skip}</a>${frame.site.header(frame.visit)}
        <div id="page">
     `;

/** The end of a page. */
export const PAGE_END = html`</div></body></html>
`;

/** The content of a page that is sent as a whole. */
export const wholeContent = ({ visit, site, head: { title } }: PageFrame, content: HtmlValue): Html => (
  <>
    <main>
      {heading(title)}
      {content}
    </main>
    {site.footer(visit)}
  </>
);

/** What is before and after content that is sent piece by piece, on a page of its own. */
export const flowingContent = (frame: PageFrame, lead: HtmlValue): [before: Html, after: Html] => [
  html`${pageStart(frame)}
    <main>
      ${heading(frame.head.title)}${lead}
      <div class="answer" role="log">
     `,
  html`</div></main>${frame.site.footer(frame.visit)}${PAGE_END}`,
];

/**
 * The beginning of content that arrives in parts: a declarative shadow root (HTML, section 4.12.3) with a slot for each part,
 * which shows a placeholder until the part follows, and what comes after all parts. It needs no script.
 */
export const slottedContent = (
  { visit, site, assets, head: { name, title } }: PageFrame,
  lead: HtmlValue,
  slots: readonly Html[],
): Html => (
  <>
    <template shadowrootmode="open">
      <Style assets={assets} page={name} />
      <main>
        <slot name="title" />
        <slot name="lead" />
        {slots}
      </main>
      {site.footer(visit)}
    </template>
    {heading(title, 'title')}
    {lead !== undefined && <div slot="lead">{lead}</div>}
  </>
);

/** A page whose form was refused says so in its title, which screen readers read first. */
const titleOf = ({ reply, language }: Visit, title: string): string =>
  reply.statusCode === 422 ? messages[language].refused(title) : title;

const heading = (title: string, slot?: string): Html => (
  <h1 id="content" tabindex="-1" slot={slot}>
    {title}
  </h1>
);

const Style = ({ assets, page }: { assets: PageAssets; page: string }): Html => (
  <>{assets.sheetOf(page)?.element}</>
);

/** What messengers and social networks show of a link to a page (https://ogp.me). Its addresses must be URLs. */
function LinkPreview({ of: { site, origin, head: page } }: { of: PageFrame }): Html {
  const urlOf = (path: string | undefined) => (path?.startsWith('/') ? origin && origin + path : path);
  const properties: [name: string, content: string | undefined][] = [
    ['og:type', 'website'],
    ['og:site_name', site.name],
    ['og:title', page.title],
    ['og:description', page.description],
    ['og:url', urlOf(page.path)],
    ['og:image', urlOf(page.image)],
  ];
  return <>{properties.map(([name, content]) => content && <meta property={name} content={content} />)}</>;
}

function head(frame: PageFrame): Html {
  const { visit, site, assets, head: page, origin = '', bootId } = frame;
  const { name, title, description, path } = page;
  const script = (asset: string) => {
    const src = assets.pathOf(asset);
    // Without `async` it would wait for the last part of the page.
    return src && <script type="module" async src={src} nonce={visit.nonce} />;
  };
  const reload = bootId && script('reload.js');
  return (
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>{titleOf(visit, title === site.name ? title : `${title} · ${site.name}`)}</title>
      {description && <meta name="description" content={description} />}
      {path === undefined ? (
        <meta name="robots" content="noindex" />
      ) : (
        <>
          <link rel="canonical" href={origin + path} />
          <LinkPreview of={frame} />
        </>
      )}
      <link rel="icon" href={assets.icon} />
      <Style assets={assets} page={name} />
      {script('site.js')}
      {reload && <meta name="boot" content={bootId} />}
      {reload}
    </head>
  );
}
