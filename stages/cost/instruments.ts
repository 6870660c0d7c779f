import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Instruments, MemoryOrder, MemoryTaken } from '../../src/learn/cost/timing.ts';
import { StageError } from '../../src/learn/error.ts';
import type { Failed } from '../../src/learn/program.ts';

/** A process that has this very file for its code, which a stage is bundled into. */
const apart = async (order: MemoryOrder): Promise<MemoryTaken> => {
  const code = `import(${JSON.stringify(import.meta.url)}).then(({ measureMemory }) => measureMemory())`;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }); // biome-ignore format: one line
  child.send(order);
  const answered = once(child, 'message').then(([answer]) => answer as MemoryTaken | Failed);
  const ended = once(child, 'exit').then(([code, signal]): Failed => ({ type: 'failed', message: `it ended with ${signal ?? `code ${code}`}` })); // biome-ignore format: one line
  const answer = await Promise.race([answered, ended]);
  await ended;
  if ('type' in answer) throw new StageError(`the memory of a model could not be measured: ${answer.message}`);
  return answer;
};

/** Those of this machine. What they read is no secret of this stage: it is declared to measure. */
export const instruments: Instruments = {
  now: () => performance.now(),
  resident: () => process.memoryUsage.rss(),
  // libuv tells kilobytes.
  peak: () => process.resourceUsage().maxRSS * 1024,
  apart,
};
