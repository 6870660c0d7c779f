import { type Examination, examine } from '../machine/doctor/examine.ts';
import { renderExamination, sayTrying } from '../ui/doctor-view.ts';
import { createPaint } from '../ui/paint.ts';
import { interruptible } from './interrupt.ts';
import { columnsOf, isLive, useColor } from './terminal.ts';

export interface DoctorOptions {
  /** False with --no-measure. */
  readonly measure: boolean;
  readonly json?: boolean;
}

/** `stemma doctor`: exit code 1 where no backend works at all. */
export const doctor = async ({ measure, json }: DoctorOptions): Promise<number> => {
  const live = isLive(process.stderr);
  const interrupt = interruptible();
  const clear = (): void => {
    if (live) process.stderr.write('\r\x1b[2K');
  };
  try {
    const found = await examine({
      environment: process.env,
      signal: interrupt.signal,
      measure,
      // As many as a stage gets that does not say.
      threads: 2,
      watcher: {
        began: (what) =>
          void process.stderr.write(`${live ? '\r\x1b[2K' : ''}${sayTrying(what, measure)}${live ? '' : '\n'}`),
        ended: clear,
      },
    });
    clear();
    process.stdout.write(json ? `${JSON.stringify(found, null, 2)}\n` : shown(found));
    return found.backends.some(({ works }) => works) ? 0 : 1;
  } finally {
    interrupt.release();
  }
};

const shown = (found: Examination): string =>
  renderExamination(found, {
    paint: createPaint({ color: useColor(process.stdout) }),
    columns: columnsOf(process.stdout),
  });
