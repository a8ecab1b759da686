import { de } from './de.ts';
import { en, type PageMessages } from './en.ts';

/** The texts that every page may have, by language: a page indexes it by its own, so that the compiler requires each. */
export const messages: Readonly<Record<'en' | 'de', PageMessages>> = { en, de };
