import { startBackend } from '../backends/backend.ts';
import { bridgeMissingKernels } from '../backends/bridge.ts';
import { type Asked, askNetwork, askRaw } from './ask.ts';
import type { Instruments, MemoryOrder, MemoryTaken } from './timing.ts';

/** Measures the process that it is called in, from the start of its backend on: so once in each. */
export const memoryHere = async (
  { model, backend, examples, rows, questions }: MemoryOrder,
  { resident, peak }: Pick<Instruments, 'resident' | 'peak'>,
): Promise<MemoryTaken> => {
  await startBackend(backend);
  const before = resident();
  const bridge = async (attempt: () => void): Promise<void> => void (await bridgeMissingKernels(attempt));
  const { ways }: Asked = examples === undefined ? await askNetwork(model, bridge) : await askRaw(model, { examples, rows, bridge }); // biome-ignore format: one line
  for (const ask of Object.values(ways)) for (let number = 0; number < questions; number += 1) await ask(number);
  return taken(peak(), before);
};

export const taken = (peak: number, before: number): MemoryTaken => ({
  memory_bytes: peak,
  model_memory_bytes: Math.max(0, peak - before),
});
