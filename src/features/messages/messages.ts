import type { Language } from '#gateway/transports/html/language';
import { de } from './de.ts';
import { en, type ShopMessages } from './en.ts';

/** The texts of the shop's pages, by language. */
export const shopMessages: Readonly<Record<Language, ShopMessages>> = { en, de };
