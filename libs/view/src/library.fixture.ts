import { Float, ID, Int } from '@nestjs/graphql';
import { enumeration } from './enumeration.ts';
import { DateTime, SafeInt } from './scalars.ts';
import { InterfaceView, ViewField, View } from './view.ts';

/** An enumeration for tests. */
export const Genre = enumeration('Genre', ['NOVEL', 'POETRY'], 'What kind of book it is.');

/** An interface. */
@InterfaceView('Kept', 'What is on a shelf.')
export class KeptView {
  @ViewField(() => ID)
  id!: string;
}

/** A view with a circular reference. */
@View('Author', 'Who wrote it.')
export class AuthorView {
  @ViewField(() => ID)
  id!: string;

  @ViewField(() => [BookView], { joined: true })
  books!: unknown[];
}

/** A view with a field of every kind. */
@View('Book', { description: 'A book.', implements: [KeptView] })
export class BookView {
  @ViewField(() => ID)
  id!: string;

  @ViewField(() => String, { description: 'As on the cover.' })
  title!: string;

  @ViewField(() => Genre)
  genre!: string;

  @ViewField(() => Genre, { nullable: true, description: 'Where it has two.' })
  secondGenre!: string | null;

  @ViewField(() => [String], { nullable: true })
  quotes!: string[] | null;

  @ViewField(() => [Genre])
  related!: string[];

  @ViewField(() => Int)
  pages!: number;

  @ViewField(() => Float, { nullable: true })
  rating!: number | null;

  @ViewField(() => SafeInt)
  sold!: number;

  @ViewField(() => DateTime)
  publishedAt!: string;

  @ViewField(() => Boolean)
  inPrint!: boolean;

  @ViewField(() => AuthorView)
  author!: AuthorView;

  @ViewField(() => AuthorView, { nullable: true, joined: true })
  translator?: AuthorView | null;

  @ViewField(() => Int, { nullable: true, omitted: true })
  reprint?: number;

  @ViewField(() => String, { nullable: true, description: 'On the back.', deprecated: 'Use title.' })
  binding?: string | null;
}
