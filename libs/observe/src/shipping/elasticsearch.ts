import type { LogDestination, LogProtocol, Verdict } from './destination.ts';
import { parsedLine } from './parsed-line.ts';

/** The status of a document that the receiver had no room for. */
const TOO_MANY = 429;

/**
 * The bulk API of Elasticsearch and OpenSearch. `create` is what data streams take; each document has its own result
 * (https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk).
 */
export const elasticsearchProtocol = ({ index }: LogDestination): LogProtocol => {
  const action = JSON.stringify({ create: { _index: index } });
  return {
    encode(lines) {
      const documents = lines.map((text) => {
        const { time, ...fields } = parsedLine(text).fields;
        return `${action}\n${JSON.stringify({ '@timestamp': time ?? new Date().toISOString(), ...fields })}\n`;
      });
      return { body: documents.join(''), contentType: 'application/x-ndjson' };
    },
    judge(answer, sent) {
      const { errors, items } = JSON.parse(answer.toString()) as BulkAnswer;
      if (!errors) return { refused: 0, again: [] };
      if (!Array.isArray(items) || items.length !== sent) throw new Error('not an answer of the bulk API');
      return verdictOn(items.map(({ create }) => create?.status ?? 0));
    },
  };
};

interface BulkAnswer {
  errors: boolean;
  items: { create?: { status: number } }[];
}

function verdictOn(statuses: readonly number[]): Verdict {
  const again = statuses.flatMap((status, place) => (status === TOO_MANY ? [place] : []));
  const refused = statuses.filter((status) => status >= 300 && status !== TOO_MANY).length;
  return { refused, again };
}
