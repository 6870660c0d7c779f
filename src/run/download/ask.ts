import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { DownloadProblem, PassingProblem } from './problem.ts';

/** One question to a server, redirects followed. */
export interface Question {
  /** With all that it needs filled in; it is in no message. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Value of `Authorization`; sent to the first url's own origin alone. */
  readonly authorization?: string;
  /** Milliseconds without a byte after which the server counts as stalled. */
  readonly stall: number;
  readonly signal: AbortSignal;
}

/**
 * Answers with the head of the response, its body to be read. `node:http` hands the bytes on as they were sent:
 * `fetch` would unpack what has a `Content-Encoding`, and the digest would be that of other bytes.
 * Throws `PassingProblem` for what may be over the next time, and `DownloadProblem` for what will not.
 */
export const ask = async (question: Question): Promise<IncomingMessage> => {
  let { url } = question;
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const response = await askOnce(question, url);
    const { location } = response.headers;
    if (!redirecting.has(response.statusCode!) || location === undefined) return response;
    response.destroy();
    url = target(location, url);
  }
  throw new DownloadProblem(`the server redirects more than ${mostRedirects} times`);
};

const redirecting: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const mostRedirects = 10;

const target = (location: string, from: URL): URL => {
  const url = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url;
  throw new DownloadProblem('the server redirects to what is no http or https address');
};

const askOnce = (question: Question, url: URL): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const { headers, authorization, stall, signal, url: first } = question;
    const isOwn = authorization !== undefined && url.origin === first.origin;
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const own = { 'user-agent': 'stemma', accept: '*/*', 'accept-encoding': 'identity' };
    const options = {
      headers: { ...own, ...headers, ...(isOwn && { authorization }) },
      signal,
      // A connection of its own: one that is kept open for the next would keep the process alive.
      agent: false,
      timeout: stall,
    } as const;
    let response: IncomingMessage | undefined;
    const asked = send(bare(url), options, (answered) => {
      response = answered;
      resolve(answered);
    });
    asked.on('timeout', () => (response ?? asked).destroy(stalled(stall)));
    asked.on('error', (error) => reject(signal.aborted ? error : problemOf(error)));
    asked.end();
  });

/** Node would send what a redirect names as user and password. */
const bare = (url: URL): URL => {
  const copy = new URL(url);
  copy.username = '';
  copy.password = '';
  return copy;
};

const stalled = (stall: number): PassingProblem => new PassingProblem(`no byte came for ${stall / 1000} s`);

/** What the network says. Only what cannot change by itself is final. */
export const problemOf = (error: NodeJS.ErrnoException): Error => {
  if (error instanceof PassingProblem || error instanceof DownloadProblem) return error;
  const code = error.code ?? '';
  if (/CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS/.test(code))
    return new DownloadProblem(
      `the server's certificate is not accepted: ${code}`,
      'NODE_EXTRA_CA_CERTS names a file with the certificates of an authority of your own',
    );
  return new PassingProblem(words[code] ?? (code === '' ? 'the connection failed' : `the connection failed: ${code}`));
};

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there (ECONNREFUSED)',
  ECONNRESET: 'the connection was cut (ECONNRESET)',
  ENOTFOUND: 'the host has no address (ENOTFOUND)',
  EAI_AGAIN: 'the host has no address now (EAI_AGAIN)',
};
