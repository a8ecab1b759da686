import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Config } from '#gateway/config/config';
import { html, Html } from '#libs/html';
import { Injectable } from '@nestjs/common';
import { BuiltFiles } from './built-files.ts';
import { Site } from './site.ts';

/** The style sheet of pages that have none of their own. */
const SHEET = 'site.css';
const ICON = 'icon.svg';
/** Keeps browsers from asking for `/favicon.ico`. */
const NO_ICON = html`data:,`;

/** A style sheet as it is within a page. */
export interface Sheet {
  element: Html;
  /** How a `Content-Security-Policy` allows it: by its hash. */
  source: string;
}

/** The built scripts, style sheets and icons of pages, from STOREFRONT_DIR. Without a build, pages have none. */
@Injectable()
export class PageAssets extends BuiltFiles {
  private readonly dir: string;
  private readonly sheets = new Map<string, Sheet>();
  private readonly icons = new Map<string, Html>();

  constructor(
    { STOREFRONT_DIR, NODE_ENV }: Config,
    private readonly site: Site,
  ) {
    super(STOREFRONT_DIR, NODE_ENV === 'development');
    this.dir = STOREFRONT_DIR;
  }

  /** The path of a built file, which contains a hash of its content; undefined if it was not built. */
  pathOf(asset: string): string | undefined {
    const file = this.fileOf(asset);
    return file && `${this.site.home}/assets/${file}`;
  }

  /** The style sheet of a page; undefined if it was not built. Within the page it costs no round trip before the first paint. */
  sheetOf(page: string): Sheet | undefined {
    const file = this.fileOf(`${page}.css`) ?? this.fileOf(SHEET);
    return file === undefined ? undefined : this.within(this.sheets, file, sheetOf);
  }

  /** The address of the icon, which contains it: a request for it would have more bytes of headers. */
  get icon(): Html {
    const file = this.fileOf(ICON);
    return file === undefined ? NO_ICON : this.within(this.icons, file, iconOf);
  }

  /** A built file as it is within pages, read once. */
  private within<T>(known: Map<string, T>, file: string, made: (text: string) => T): T {
    let value = known.get(file);
    if (value === undefined) known.set(file, (value = made(readFileSync(join(this.dir, file), 'utf8'))));
    return value;
  }
}

const iconOf = (text: string): Html => html`data:image/svg+xml,${encodeURIComponent(text.trim())}`;

/** @throws {TypeError} for a text that would end the element */
function sheetOf(text: string): Sheet {
  if (/<\/style/i.test(text)) throw new TypeError(`${SHEET} contains the end tag of its element`);
  return { element: new Html(`<style>${text}</style>`), source: `'sha256-${hash('sha256', text, 'base64')}'` };
}
