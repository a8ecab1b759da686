import type { RenderError } from '#gateway/declare/error-page';
import { html } from '#libs/html';

/** A page of an error without a frame, script or style, for applications without pages of their own. @param start where it leads */
export const plainErrorPage =
  (start: string): RenderError =>
  ({ status, title, detail, code }, requestId) =>
    String(
      html`<!doctype html>
        <html lang="en">
          <head>
            <meta charset="utf-8" />
            <meta name="viewport" content="width=device-width, initial-scale=1" />
            <meta name="color-scheme" content="light dark" />
            <title>${title}</title>
            <link rel="icon" href="data:," />
          </head>
          <body>
            <h1>${title}</h1>
            ${detail && html`<p>${detail}</p>`}
            <p>Status ${status}, code ${code}, request <code>${requestId}</code>.</p>
            <p><a href="${start}">Go to the start</a></p>
          </body>
        </html>`,
    );
