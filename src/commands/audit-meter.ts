import { formatCount } from '../ui/format.ts';
import { isLive } from './terminal.ts';

/** On a terminal, how far an audit is: one line, drawn over. Elsewhere nothing. */
export const auditMeter = (stream: NodeJS.WriteStream) => {
  const live = isLive(stream);
  let shown = false;
  let drawn = 0;
  return {
    tell: (check: string, done: number, total: number): void => {
      const now = performance.now();
      if (!live || total < fewest || (now - drawn < between && done < total)) return;
      drawn = now;
      shown = true;
      stream.write(`\r\x1b[2K  ${check}: ${formatCount(done)} of ${formatCount(total)}`);
    },
    clear: (): void => {
      if (shown) stream.write('\r\x1b[2K');
      shown = false;
    },
  };
};

// What is done at once is not worth a line.
const fewest = 1000;
const between = 100;
