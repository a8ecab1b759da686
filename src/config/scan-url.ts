import { milliseconds } from '#libs/process';
import { parseScanUrl } from '#libs/scan';
import { z } from 'zod';

const FORMS =
  'clamd://host:port, clamd:///path/of/socket, icap://host:port/service or exec:///path/of/program?arg=…';

/** The virus scanner of uploaded files. */
export const scanSettings = {
  SCAN_URL: z
    .string()
    .transform((value, check) => {
      const target = parseScanUrl(value);
      if (target) return target;
      check.addIssue({ code: 'custom', message: `must be ${FORMS}` });
      return z.NEVER;
    })
    .optional(),
  SCAN_TIMEOUT_MS: milliseconds(30_000, 100, 600_000),
};
