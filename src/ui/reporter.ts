import { createPaint } from './paint.ts';
import type { Reporter, ReporterOptions } from './reporters/contract.ts';
import { createJsonReporter } from './reporters/json.ts';
import { createPlainReporter } from './reporters/plain.ts';
import { createTerminalReporter } from './reporters/terminal.ts';

export type { Reporter, ReporterOptions } from './reporters/contract.ts';

export const createReporter = (options: ReporterOptions): Reporter => {
  const { kind, stream, now, listing = 'short', symbols = 'unicode' } = options;
  const paint = createPaint(options);
  switch (kind) {
    case 'json':
      return createJsonReporter(stream);
    case 'plain':
      return createPlainReporter({ stream, now, listing, paint });
    case 'terminal': {
      const { columns = () => 80, rows = () => 24, every = unrefInterval } = options;
      return createTerminalReporter({ stream, now, listing, paint, symbols, columns, rows, every });
    }
  }
};

const unrefInterval = (milliseconds: number, tick: () => void): (() => void) => {
  const timer = setInterval(tick, milliseconds).unref();
  return () => clearInterval(timer);
};
