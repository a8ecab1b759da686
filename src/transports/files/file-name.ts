import { create } from 'content-disposition';

const MAX_LENGTH = 150;

/** Control characters, and those that reverse or hide parts of a name. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu;

/** What is no file name on some system. */
const RESERVED = /[<>:"/\\|?*]/g;

/**
 * A name that may be saved on any system: without folders, control characters and leading dots, and not longer than 150
 * characters with its extension. @returns 'file' if nothing is left
 */
export function fileName(given: string): string {
  const name = given
    .replace(UNSEEN, '')
    .replace(/^.*[/\\]/s, '')
    .replace(RESERVED, '_')
    .replace(/^[.\s]+|[.\s]+$/g, '');
  if (name.length <= MAX_LENGTH) return name || 'file';
  const extension = /\.\w{1,10}$/.exec(name)?.[0] ?? '';
  return `${[...name].slice(0, MAX_LENGTH - extension.length).join('')}${extension}`;
}

/** `Content-Disposition` of a download (RFC 6266, with the name as RFC 8187 has it beside an ASCII one). */
export const attachment = (name: string | undefined): string =>
  name === undefined ? 'attachment' : create(fileName(name), { type: 'attachment' });

/** `Content-Disposition` of a picture that pages may show. */
export const inline = (name: string | undefined): string =>
  name === undefined ? 'inline' : create(fileName(name), { type: 'inline' });
