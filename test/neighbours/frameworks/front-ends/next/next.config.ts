import { dirname } from 'node:path';
import type { NextConfig } from 'next';

const config: NextConfig = {
  // The packages are a folder above.
  turbopack: { root: dirname(import.meta.dirname) },
  // Their own test checks the types.
  typescript: { ignoreBuildErrors: true },
};
export default config;
