import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { LIVE, STILL } from './pictures.ts';

const FOLDER = 'docs/pictures';
const drawn = globSync(`${FOLDER}/*.svg`).map((file) => basename(file, '.svg'));
const pages = ['README.md', ...globSync('docs/**/*.md')].map((file) => readFileSync(file, 'utf8'));

describe('the pictures', () => {
  it.each(Object.entries(STILL))('%s shows what the repository holds now (npm run pictures)', (name, draw) => {
    expect(readFileSync(`${FOLDER}/${name}.svg`, 'utf8')).toBe(draw());
  });

  it('are each drawn by a script', () => {
    expect(drawn.toSorted()).toEqual(Object.keys({ ...STILL, ...LIVE }).toSorted());
  });

  it.each(drawn)('%s is shown in a page, with words for those who do not see it', (name) => {
    const reference = new RegExp(`\\[[^\\]]{5,}\\]\\((docs/)?pictures/${name}\\.svg\\)`);
    expect(pages.some((page) => reference.test(page))).toBe(true);
  });

  it.each(drawn)('%s runs no script and loads nothing', (name) => {
    const svg = readFileSync(`${FOLDER}/${name}.svg`, 'utf8');
    expect(svg).not.toMatch(/<script|href=|url\(|@import|on\w+=/);
    expect(svg).toMatch(/<title>[^<]+<\/title>/);
  });
});
