import type { Html } from '#libs/html';
import type { Visit } from './visit.ts';

/** What all pages of a storefront have in common. The features provide it; without one there are no pages. */
export abstract class Site {
  /** The path of the start page. */
  abstract readonly home: string;
  abstract readonly name: string;
  /** What is above each page: the navigation. */
  abstract header(visit: Visit): Html;
  /** What is below each page. */
  abstract footer(visit: Visit): Html;
  /** The page for a visitor who must log in, with the form; undefined for one that only says so. */
  abstract login?(visit: Visit, next: string): Html;
}
