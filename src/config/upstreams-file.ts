import { upstreamSettings } from '#libs/upstream';
import { z } from 'zod';
import { jsonFile } from './json-file.ts';

/** The path of a JSON file: how hard each upstream is tried, by its name. What it leaves out keeps its default. */
export const upstreamsFile = jsonFile(
  z.record(z.string(), upstreamSettings, 'must be an object of settings by upstream'),
  {},
);
