import { NDJSON, NDJSON_TYPES } from '#libs/negotiation';
import type { RowFile, RowFormat } from '#libs/rows';
import { z } from 'zod';

const text = (min: number, max: number) =>
  z
    .string()
    .min(min)
    .max(max)
    .refine((value) => !value.includes('\0'), 'Must not contain NUL');

/** A product of an import, in every format; as strict as the products service. */
export const ProductRow = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'Must be 1 to 64 of A-Z, a-z, 0-9, _ and -'),
  name: text(1, 200),
  // Data frames write what they lack as null.
  description: text(0, 2_000)
    .nullish()
    .transform((value) => value ?? ''),
  category: text(1, 100),
  price: z.strictObject({
    amountMinor: z.int().min(0),
    currency: z.string().regex(/^[A-Z]{3}$/, 'Must be three capital letters'),
  }),
  available: z.int().min(0).max(1_000_000),
  imageUrl: text(1, 2_000)
    .refine((url) => /^https:\/\/\S+$/.test(url) && URL.canParse(url), 'Must be an https URL')
    .nullable()
    .default(null),
});

/** The documented media types of import files. */
export const IMPORT_TYPES = ['text/csv', NDJSON] as const;

/** The media types of import files, with the other names of NDJSON, and their formats. */
export const IMPORT_FORMATS: Readonly<Record<string, RowFormat>> = {
  'text/csv': 'csv',
  ...Object.fromEntries(NDJSON_TYPES.map((type) => [type, 'ndjson'] as const)),
};

/** How a file of products is read. */
export const productFile = (format: RowFormat): RowFile<typeof ProductRow> => ({
  format,
  schema: ProductRow,
  columns: {
    id: 'text',
    name: 'text',
    description: 'text',
    category: 'text',
    'price.amountMinor': 'number',
    'price.currency': 'text',
    available: 'number',
    imageUrl: 'text',
  },
  required: ['id', 'name', 'category', 'price.amountMinor', 'price.currency', 'available'],
});
