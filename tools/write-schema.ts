// Writes schema.graphql and openapi.json as the gateway serves them. A test holds the committed files to it.
import { writeFileSync } from 'node:fs';
import { describeGateway } from '#gateway/describe';

const { graphql, openapi } = await describeGateway();
writeFileSync('schema.graphql', graphql);
writeFileSync('openapi.json', openapi);
