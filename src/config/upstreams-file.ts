import { upstreamSettings } from '#libs/upstream';
import { z } from 'zod';
import { jsonFile } from './json-file.ts';

/** The path of a JSON file with resilience settings by upstream name. Omitted settings keep their defaults. */
export const upstreamsFile = jsonFile(
  z.record(z.string(), upstreamSettings, 'must be an object of settings by upstream'),
  {},
);
