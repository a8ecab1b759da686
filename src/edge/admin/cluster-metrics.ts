import cluster from 'node:cluster';
import { GatewayError } from '#libs/errors';
import { AggregatorRegistry } from 'prom-client';

/** What a worker asks the process that started it, and what it is told. */
interface Question {
  asksForMetrics: number;
}
interface Answer {
  metricsFor: number;
  /** Missing where a worker has not told its own in time. */
  text?: string;
}

/** Answers workers that are asked for their metrics with those of all workers together: a scrape reaches any of them. */
export function answerForMetrics(): void {
  const all = new AggregatorRegistry();
  cluster.on('message', (worker, message: Partial<Question> | null) => {
    const number = message?.asksForMetrics;
    if (number === undefined) return;
    const tell = (text?: string) => {
      if (worker.isConnected()) worker.send({ metricsFor: number, text } satisfies Answer);
    };
    all.clusterMetrics().then(tell, () => tell());
  });
}

let asked = 0;

/**
 * The metrics of all workers together.
 * @throws {GatewayError} `UPSTREAM_TIMEOUT` where one of them, a hanging or a starting one, does not tell its own in 5 s
 */
export function metricsOfAll(): Promise<string> {
  const number = (asked += 1);
  return new Promise((resolve, reject) => {
    const listen = (message: Partial<Answer> | null) => {
      if (message?.metricsFor !== number) return;
      process.off('message', listen);
      if (message.text === undefined) reject(new GatewayError('UPSTREAM_TIMEOUT'));
      else resolve(message.text);
    };
    process.on('message', listen);
    process.send!({ asksForMetrics: number } satisfies Question);
  });
}
