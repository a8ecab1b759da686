import { describe, expect, it } from '@jest/globals';
import { newUploadIn } from './tus-headers.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const read = (metadata: string) => newUploadIn({ 'upload-length': '1', 'upload-metadata': metadata });

describe('the metadata of an upload', () => {
  it.each([
    ['empty elements', `,filename ${base64('a.png')}, ,filetype ${base64('image/png')},`],
    ['keys without values', `is_confidential,filename ${base64('a.png')},empty ,filetype ${base64('image/png')}`],
  ])('are read with %s', (_, metadata) => {
    expect(read(metadata)).toMatchObject({ name: 'a.png', type: 'image/png', echo: { metadata } });
  });

  // Of pickers of React Native, and of what a client of JavaScript has not set.
  it.each(['image', 'undefined', 'null', '', '<a>'])('have no type where %j is given as one', (type) => {
    expect(read(`filename ${base64('a.png')},filetype ${base64(type)}`)).toMatchObject({
      name: 'a.png',
      type: undefined,
    });
  });
});
