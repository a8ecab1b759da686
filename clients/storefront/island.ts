import { find } from './elements.ts';
import { readPage } from './read-page.ts';

const PATH = '/shop/islands/account';

/** Replaces what a public page says of its visitor: the page is the same for everybody, and is kept by caches. */
export async function fillIsland(): Promise<void> {
  const island = find('#account[data-island]');
  if (island) await refreshAccount();
}

/** Reads the visitor's links and the number of things in their cart again. @returns whether it could */
export async function refreshAccount(): Promise<boolean> {
  const page = await readPage(PATH).catch(() => undefined);
  const island = find('#account');
  if (!page || !island) return false;
  island.replaceChildren(...[...page.body.childNodes].map((node) => document.adoptNode(node)));
  return true;
}
