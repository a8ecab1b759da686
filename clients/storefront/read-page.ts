import { networkAnswered, networkFailed } from './network.ts';

/**
 * Reads a page of the shop as a document. The browser parses it: no string of markup passes a script, so that Trusted
 * Types have nothing to allow, and what it contains does not run.
 * @throws {TypeError} if it gets no answer, or no page
 */
export function readPage(path: string): Promise<Document> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('GET', path);
    request.responseType = 'document';
    request.setRequestHeader('X-CSRF', '1');
    request.setRequestHeader('Accept', 'text/html');
    request.addEventListener('load', () => {
      networkAnswered();
      const page = request.response as Document | null;
      if (page && request.status === 200) resolve(page);
      else reject(new TypeError(`${path} answered ${request.status}`));
    });
    request.addEventListener('error', () => {
      networkFailed();
      reject(new TypeError(`${path} was not answered`));
    });
    request.send();
  });
}
