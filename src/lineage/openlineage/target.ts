import { appendFile } from 'node:fs/promises';
import { whyNotSent } from '../not-sent.ts';
import { createDelivery, type Delivered, type DeliveryOptions } from './delivery.ts';
import type { LineageEvent } from './event.ts';

/** Where live events go. */
export type Target =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'http'; readonly url: URL; readonly key?: string };

export interface Sender {
  readonly send: (event: LineageEvent) => void;
  readonly close: () => Promise<Delivered>;
}

/** Events of one run or stage arrive in their order. */
export const sendTo = (target: Target): Sender => {
  const { send, close } = createDelivery(target.kind === 'file' ? toFile(target.path) : toEndpoint(target));
  return { send: (event) => send(JSON.stringify(event), event.run.runId), close };
};

// A run that keeps this process busy hears an answer late: that is no reason to give an event up.
const limits = { waiting: 10_000, patience: { each: 5000, end: 2000 } };

const toFile = (path: string): DeliveryOptions => ({
  // In one call, so that the lines of two runs do not mix.
  deliver: (texts) => appendFile(path, texts.map((text) => `${text}\n`).join('')),
  explain: sayOf,
  lanes: 1,
  ...limits,
  // A file takes all at once: only a run that lets this process do nothing else gets so far.
  together: 50_000,
  waiting: 50_000,
});

const toEndpoint = (target: Target & { readonly kind: 'http' }): DeliveryOptions => ({
  deliver: ([text], signal) => post(target, text!, signal),
  explain: sayOf,
  together: 1,
  lanes: 8,
  ...limits,
});

const post = async (
  { url, key }: Target & { readonly kind: 'http' },
  body: string,
  signal: AbortSignal,
): Promise<void> => {
  const authorization = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization },
    body,
    signal,
    // Followed, a POST may become a GET; and the key is meant for this address alone.
    redirect: 'manual',
  });
  await response.body?.cancel();
  if (!response.ok) throw new Refused(response.status);
};

class Refused extends Error {
  constructor(readonly status: number) {
    super(`the answer was ${status}`);
  }
}

const sayOf = (error: unknown): string => (error instanceof Refused ? error.message : whyNotSent(error));
