import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { Config } from '#gateway/config/config';
import { asGatewayError } from '#gateway/edge/errors/as-gateway-error';
import { noteFailure } from '#gateway/edge/errors/failures';
import { addVary } from '#gateway/edge/headers/vary';
import type { GatewayError } from '#libs/errors';
import { html, type Html, type HtmlValue, markupOf } from '#libs/html';
import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Arrivals } from './arrivals.ts';
import {
  flowingContent,
  type PageFrame,
  PAGE_END,
  type PageHead,
  pageStart,
  slottedContent,
  wholeContent,
} from './document.tsx';
import { errorContent, errorHead } from './error-content.tsx';
import type { Language } from './language.ts';
import { PageAssets } from './page-assets.ts';
import { storefrontPolicy } from './page-policy.ts';
import { brokenPart, type PagePart, partOf, type ReceivedPart, slotOf } from './parts.tsx';
import { Site } from './site.ts';
import type { Visit } from './visit.ts';

/** A page that is sent as a whole. */
export interface WholePage extends PageHead {
  content: HtmlValue;
}

/** A page whose parts are sent as they arrive. */
export interface PageOfParts<First = undefined> {
  /** Reads the answer of a use case, which gathers parts of these names. */
  load(): Promise<object>;
  /** The required part, if there is one: without it there is no page, and its error has its own status. */
  first?: string;
  /** The head of the page, and what is above its parts. @param first the required part */
  head(first: First): PageHead & { lead?: HtmlValue };
  /** The parts in the order of the page. */
  parts: Record<string, PagePart>;
}

/** A page whose content is sent piece by piece, for as long as it takes. */
export interface FlowingPage extends PageHead {
  /** What is above the content. */
  lead: HtmlValue;
  content: AsyncIterable<HtmlValue>;
  /** What follows the pieces that were sent, if the content breaks off. */
  broken: HtmlValue;
}

/**
 * How long a page that caches share is held back for its last part, in milliseconds: one that is sent as a whole has an
 * `ETag` and may be cached.
 */
const SHARED_WAIT_MS = 50;

type RequestLog = Parameters<typeof noteFailure>[0];

/** Sends pages. */
@Injectable()
export class PageResponder {
  private readonly bootId: string | undefined;

  constructor(
    private readonly config: Config,
    private readonly assets: PageAssets,
    private readonly site: Site,
    private readonly logger: PinoLogger,
  ) {
    this.bootId = config.NODE_ENV === 'development' ? randomUUID() : undefined;
  }

  /** The id of this process in development, when pages are loaded again once it changes; else undefined. */
  get boot(): string | undefined {
    return this.bootId;
  }

  /** The path of the start page. */
  get home(): string {
    return this.site.home;
  }

  /** Sets the headers of a page. @returns its markup */
  whole(visit: Visit, { content, ...head }: WholePage): string {
    this.setHeaders(visit, head);
    return this.textOf(this.frame(visit, head), content);
  }

  /** Sends the frame of a page and the parts that are at hand, then the others as they arrive. */
  async ofParts<First>(visit: Visit, page: PageOfParts<First>): Promise<string | Readable> {
    const { first, parts } = page;
    const arrivals = new Arrivals(visit.context, Object.keys(parts), page.load);
    const required = first === undefined ? undefined : await arrivals.first(first);
    const isWhole = await arrivals.completeWithin(visit.isShared ? SHARED_WAIT_MS : 0);
    const { lead, ...head } = page.head(required as First);
    const frame = this.frame(visit, head);
    this.setHeaders(visit, head);
    if (!isWhole) return Readable.from(this.stream(frame, lead, arrivals, parts), { objectMode: false });
    const { language } = visit;
    const known = Object.entries(parts).map(([name, part]) => {
      const received = arrivals.part(name);
      return received && partOf(language, part, received, false);
    });
    return this.textOf(frame, [lead, known]);
  }

  /** Sends a page whose content comes piece by piece: from here on the request has no deadline. */
  flow(visit: Visit, { lead, content, broken, ...head }: FlowingPage): Readable {
    const { request, context } = visit;
    this.setHeaders(visit, head);
    context.settle();
    request.isStream = true;
    const [before, after] = flowingContent(this.frame(visit, head), lead);
    return Readable.from(this.pieces(before, content, broken, after, context.log), { objectMode: false });
  }

  /** The page of an error, in place of the one that was asked for. */
  error(visit: Visit, error: GatewayError): string {
    visit.isShared = false;
    const { request, language } = visit;
    const content =
      error.code === 'UNAUTHENTICATED' && request.method === 'GET'
        ? this.site.login?.(visit, request.url)
        : undefined;
    const head = errorHead(language, error);
    this.setHeaders(visit, head);
    return this.textOf(
      this.frame(visit, head),
      content ?? errorContent({ language, error, requestId: request.id, home: this.site.home }),
    );
  }

  private frame(visit: Visit, head: PageHead): PageFrame {
    const { assets, site, bootId, config } = this;
    return { visit, head, assets, site, bootId, origin: config.PUBLIC_URL };
  }

  private textOf(frame: PageFrame, content: HtmlValue): string {
    return String(html`${pageStart(frame)}${wholeContent(frame, content)}${PAGE_END}`);
  }

  private async *stream(
    frame: PageFrame,
    lead: HtmlValue,
    arrivals: Arrivals,
    parts: Record<string, PagePart>,
  ): AsyncGenerator<string> {
    const { language, context } = frame.visit;
    const slots = Object.entries(parts).map(([name, part]) => slotOf(language, name, part));
    let chunk = String(html`${pageStart(frame)}${slottedContent(frame, lead, slots)}`);
    // What is at hand goes out with the beginning, in one packet.
    if (!arrivals.hasReady) {
      yield chunk;
      chunk = '';
    }
    for await (const received of arrivals) {
      chunk += this.streamedPart(language, parts[received.name]!, received, context.log);
      if (arrivals.hasReady) continue;
      yield chunk;
      chunk = '';
    }
    this.noteFailure(arrivals.failure, context.log);
    yield chunk + PAGE_END.markup;
  }

  /** A part for its slot. The status has been sent, so that one that cannot be rendered is missing. */
  private streamedPart(language: Language, part: PagePart, received: ReceivedPart, log: RequestLog): string {
    try {
      return partOf(language, part, received, true).markup;
    } catch (error) {
      this.noteFailure(error, log);
      return brokenPart(language, part, received.name).markup;
    }
  }

  private async *pieces(
    before: Html,
    content: AsyncIterable<HtmlValue>,
    broken: HtmlValue,
    after: Html,
    log: RequestLog,
  ): AsyncGenerator<string> {
    yield before.markup;
    try {
      for await (const piece of content) if (piece !== '') yield markupOf(piece);
    } catch (error) {
      this.noteFailure(error, log);
      yield markupOf(broken);
    }
    yield after.markup;
  }

  private noteFailure(failure: unknown, log: RequestLog): void {
    if (failure === undefined) return;
    const error = asGatewayError(failure);
    noteFailure(log, error);
    if (error.code === 'INTERNAL') this.logger.error({ err: failure }, 'internal error');
  }

  private setHeaders(visit: Visit, { name }: PageHead): void {
    const { reply, language, isShared, nonce } = visit;
    const style = this.assets.sheetOf(name)?.source;
    void reply.type('text/html; charset=utf-8').headers({
      'content-security-policy': storefrontPolicy({ nonce, style }),
      'content-language': language,
      // A form of a page without a referrer would have `Origin: null`, and be refused.
      'referrer-policy': 'same-origin',
    });
    if (!isShared) void reply.header('cache-control', 'private, no-store');
    addVary(reply, 'Accept-Language');
  }
}
