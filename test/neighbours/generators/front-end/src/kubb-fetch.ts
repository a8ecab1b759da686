import { client as send, type RequestConfig as TextConfig } from '@kubb/plugin-client/clients/fetch';

/** A request, whose headers may be numbers: the client of kubb 4.39 takes text alone, and its generated code has both. */
export type RequestConfig<Data = unknown> = Omit<TextConfig<Data>, 'headers'> & {
  headers?: Record<string, string | number | undefined>;
};
export type ResponseErrorConfig<Failure = unknown> = Failure;
export type Client = <Data, _Failure = unknown, Body = unknown>(
  config: RequestConfig<Body>,
) => Promise<{ data: Data }>;

const client: Client = ({ headers = {}, ...config }) => {
  const given = Object.entries(headers).filter(([, value]) => value !== undefined);
  return send({ ...config, headers: Object.fromEntries(given.map(([name, value]) => [name, String(value)])) });
};

export default client;
