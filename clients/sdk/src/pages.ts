import type { Client } from './client.ts';
import type { CallOptions } from './operation.ts';
import { type Result, unwrap } from './result.ts';

/** A page of a list: with a cursor of the next one, or with its number. */
export type Page<Item> = { readonly items: readonly Item[] } & (
  | { readonly nextCursor: string | null }
  | { readonly page: number; readonly totalPages: number }
);

/** An operation that answers with pages. */
export type PagedOperation<Input, Item> = (
  client: Client,
  input: Input,
  options?: CallOptions,
) => Promise<Result<Page<Item>>>;

/**
 * The pages of a list, each asked for when the one before has been taken. `degraded` of each says what it lacks.
 * @throws {ClientError} if a page cannot be had
 */
export async function* eachPage<Input extends object, Item>(
  client: Client,
  operation: PagedOperation<Input, Item>,
  input: Input,
  options?: CallOptions,
): AsyncGenerator<Page<Item>, void> {
  for (let next: object = {}; ;) {
    const page = await unwrap(operation(client, { ...input, ...next }, options));
    yield page;
    if ('nextCursor' in page) {
      if (page.nextCursor === null) return;
      next = { after: page.nextCursor };
    } else {
      if (page.page >= page.totalPages) return;
      next = { page: page.page + 1 };
    }
  }
}

/** The items of all pages of a list. @throws {ClientError} if a page cannot be had */
export async function* eachItem<Input extends object, Item>(
  client: Client,
  operation: PagedOperation<Input, Item>,
  input: Input,
  options?: CallOptions,
): AsyncGenerator<Item, void> {
  for await (const page of eachPage(client, operation, input, options)) yield* page.items;
}
