import { randomBytes } from 'node:crypto';
import { Config } from '#gateway/config/config';
import { Documents } from '#gateway/transports/graphql/documents/documents';
import { GatewayError } from '#libs/errors';
import type { HtmlValue } from '#libs/html';
import { Injectable } from '@nestjs/common';
import { addClientSnippets } from './client-snippets.ts';
import { pagePolicy, type StyledPage } from './page-policy.ts';
import {
  changelogContent,
  errorsContent,
  eventsContent,
  type EventsDocument,
  graphiqlContent,
  landing,
  referenceContent,
  streamsContent,
  type WatchedStream,
} from './pages.ts';
import { PortalAssets } from './portal-assets.ts';
import {
  type PageParts,
  PORTAL_PAGES,
  type PortalPage,
  portalPage,
  type PortalShell,
  READ_ONLY_PAGES,
} from './shell.ts';

/** The API that the pages show. */
export interface PortalApi {
  title: string;
  description: string;
  /** The text of the OpenAPI document. */
  openApi(): string;
  /** The text of the AsyncAPI document. */
  asyncApi(): string;
}

/** A page, and the policy that it is sent with. */
export interface SentPage {
  text: string;
  policy: string;
}

/** The pages of the portal, for clients on the public port or for operators on the admin port. */
@Injectable()
export class Portal {
  private readonly place: Omit<PortalShell, 'title'>;
  private api: PortalApi | undefined;
  private openApi: string | undefined;
  /** Pages that are the same for everybody, made at the first request. */
  private readonly pages = new Map<string, SentPage>();

  constructor(
    config: Config,
    private readonly assets: PortalAssets,
    private readonly trusted: Documents,
  ) {
    const tries = config.PORTAL === 'on';
    this.place = { base: tries ? '/docs' : '/admin/docs', tries, fileOf: (asset) => assets.fileOf(asset) };
  }

  /** Sets the API, whose documents can be made when all routes are known. */
  show(api: PortalApi): void {
    this.api = api;
  }

  /** A page by its name in the path. @throws {GatewayError} NOT_FOUND */
  page(name: string): SentPage {
    const [page] = PORTAL_PAGES.find(([known]) => known === name) ?? [];
    if (page === undefined || !(this.place.tries || READ_ONLY_PAGES.includes(page)))
      throw new GatewayError('NOT_FOUND', { detail: 'The portal has no such page.' });
    if (page === 'reference' || page === 'graphiql') return this.packagePage(page);
    let made = this.pages.get(page);
    if (!made) {
      const scripts = page === 'streams' ? ['streams.js'] : [];
      made = this.sent({ current: page, content: this.contentOf(page), scripts });
      this.pages.set(page, made);
    }
    return made;
  }

  /** The OpenAPI document with a call of the client package for each operation. */
  reference(): string {
    if (this.openApi !== undefined) return this.openApi;
    const document = JSON.parse(this.api!.openApi()) as object;
    if (this.assets.client) addClientSnippets(document, this.assets.client);
    return (this.openApi = JSON.stringify(document));
  }

  private get shell(): PortalShell {
    return { ...this.place, title: this.api!.title };
  }

  private contentOf(page: Exclude<PortalPage, StyledPage>): HtmlValue {
    if (page === 'streams') return streamsContent(streamsIn(JSON.parse(this.api!.openApi()) as object));
    if (page === 'events') return eventsContent(JSON.parse(this.api!.asyncApi()) as EventsDocument);
    if (page === 'errors') return errorsContent();
    if (page === 'changelog') return changelogContent(this.assets.changelog());
    return landing(this.shell, this.api!.description);
  }

  /** A page that shows a package, whose scripts make styles. */
  private packagePage(page: StyledPage): SentPage {
    if (page === 'graphiql') {
      const operations = [...this.trusted.trusted.values()].map(({ id, text }) => ({ id, text }));
      const workers = Object.fromEntries(
        ['editor', 'json', 'graphql'].map((name) => [name, this.assetPath(`worker-${name}.js`)]),
      );
      const content = graphiqlContent(operations, workers);
      const parts = { scripts: ['graphiql.js'], styles: ['graphiql.css'], isWide: true };
      return this.sent({ current: page, content, ...parts }, page);
    }
    const content = referenceContent(`${this.shell.base}/openapi.json`, this.shell);
    const nonce = randomBytes(16).toString('base64url');
    const scripts = ['nonce.js', 'scalar.js', 'reference.js'];
    return this.sent({ current: page, content, scripts, nonce, hasMain: true }, page);
  }

  private assetPath(asset: string): string {
    return `${this.shell.base}/assets/${this.assets.fileOf(asset) ?? asset}`;
  }

  private sent(parts: PageParts, styled?: StyledPage): SentPage {
    return { text: portalPage(this.shell, parts), policy: pagePolicy(styled, parts.nonce) };
  }
}

/** The streams that a `GET` opens. */
function streamsIn(document: object): WatchedStream[] {
  const { paths } = document as {
    paths: Record<string, { get?: { summary?: string; responses?: Record<string, { content?: object }> } }>;
  };
  return Object.entries(paths)
    .filter(
      ([, { get }]) => get?.responses?.['200']?.content && 'text/event-stream' in get.responses['200'].content,
    )
    .map(([path, { get }]) => ({
      path,
      summary: get!.summary ?? path,
      parameters: [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!),
    }));
}
