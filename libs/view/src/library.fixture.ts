import { Float, ID, Int } from '@nestjs/graphql';
import { enumeration } from './enumeration.ts';
import { DateTime, SafeInt } from './scalars.ts';
import { InterfaceView, Shown, View } from './view.ts';

/** An enumeration for tests. */
export const Genre = enumeration('Genre', ['NOVEL', 'POETRY'], 'What kind of book it is.');

/** An interface. */
@InterfaceView('Kept', 'What is on a shelf.')
export class KeptView {
  @Shown(() => ID)
  id!: string;
}

/** A view that leads in a circle. */
@View('Author', 'Who wrote it.')
export class AuthorView {
  @Shown(() => ID)
  id!: string;

  @Shown(() => [BookView], { joined: true })
  books!: unknown[];
}

/** A view with a field of every kind. */
@View('Book', { description: 'A book.', implements: [KeptView] })
export class BookView {
  @Shown(() => ID)
  id!: string;

  @Shown(() => String, { description: 'As on the cover.' })
  title!: string;

  @Shown(() => Genre)
  genre!: string;

  @Shown(() => Genre, { nullable: true, description: 'Where it has two.' })
  secondGenre!: string | null;

  @Shown(() => [String], { nullable: true })
  quotes!: string[] | null;

  @Shown(() => [Genre])
  related!: string[];

  @Shown(() => Int)
  pages!: number;

  @Shown(() => Float, { nullable: true })
  rating!: number | null;

  @Shown(() => SafeInt)
  sold!: number;

  @Shown(() => DateTime)
  publishedAt!: string;

  @Shown(() => Boolean)
  inPrint!: boolean;

  @Shown(() => AuthorView)
  author!: AuthorView;

  @Shown(() => AuthorView, { nullable: true, joined: true })
  translator?: AuthorView | null;

  @Shown(() => Int, { nullable: true, omitted: true })
  reprint?: number;

  @Shown(() => String, { nullable: true, description: 'On the back.', deprecated: 'Use title.' })
  spine?: string | null;
}
