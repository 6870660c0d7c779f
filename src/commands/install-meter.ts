import type { InstallPart } from '../machine/tensorflow/job.ts';
import { partSentence } from '../ui/backend-view.ts';
import { formatBytes } from '../ui/format.ts';
import { isLive } from './terminal.ts';

/** Tells how far an installation is: on a terminal in a line that is drawn over, elsewhere a line now and then. */
export const installMeter = (stream: NodeJS.WriteStream) => {
  const live = isLive(stream);
  let drawn = false;
  let told = performance.now();
  const clear = (): void => {
    if (drawn) stream.write('\r\x1b[2K');
    drawn = false;
  };
  const say = (line: string): void => {
    clear();
    stream.write(`${line}\n`);
  };
  return {
    say,
    clear,
    began: (part: InstallPart): void => {
      told = performance.now();
      say(`  ${partSentence[part]}`);
    },
    progress: (part: InstallPart, done: number, total: number): void => {
      const now = performance.now();
      if (now - told < (live ? redraw : repeat)) return;
      told = now;
      const line = `    ${partSentence[part]}: ${formatBytes(done)}${total === 0 ? '' : ` of ${formatBytes(total)}`}`;
      if (!live) say(line);
      else {
        stream.write(`\r\x1b[2K${line}`);
        drawn = true;
      }
    },
  };
};

// Milliseconds.
const redraw = 200;
const repeat = 5000;
