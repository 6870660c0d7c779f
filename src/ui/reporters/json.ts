import type { Reporter } from './contract.ts';

/** One event a line, as JSON: the very events of `src/types/events.ts`. */
export const createJsonReporter = (stream: { readonly write: (text: string) => unknown }): Reporter => ({
  event: (event) => {
    stream.write(`${JSON.stringify(event)}\n`);
  },
  close: () => {},
});
