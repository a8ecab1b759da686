export default {
  gateway: {
    input: './openapi.json',
    output: { target: './src/generated/orval/client.ts', client: 'fetch', mode: 'single' },
  },
};
