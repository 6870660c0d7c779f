import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProfileAnswer, ProfileOrder, ProfileSource } from '../../types/profile-program.ts';
import { ingest } from '../data/ingest/ingest.ts';
import { StageError } from '../error.ts';
import { profileDataset } from './profile.ts';

// The program that profiles data for `stemma profile`, in a process of its own: the runner knows nothing of data. It gets
// its order from the runner that started it, and says what came of it.

const carryOut = async ({ source, sample }: ProfileOrder): Promise<void> => {
  const profile = await profileDataset(await folderOf(source), {
    params: { sample },
    progress: (done, total) => void tell({ type: 'progress', done, total }),
  });
  await tell({ type: 'profiled', profile });
};

/** As the stage type ingest reads it by its defaults. */
const folderOf = async (source: ProfileSource): Promise<string> => {
  if (source.kind === 'dataset') return source.folder;
  const { path, into, target } = source;
  await mkdir(into, { recursive: true });
  const outs = {
    examples: join(into, 'examples'),
    schema: join(into, 'schema.json'),
    origins: join(into, 'origins.parquet'),
  };
  await ingest(path, outs, { format: 'auto', types: {}, missing: ['', 'NA'], ...(target !== undefined && { target }) });
  return outs.examples;
};

const tell = (answer: ProfileAnswer): Promise<void> =>
  new Promise((resolve) => {
    if (!process.send) throw new Error('this program is started by the runner alone');
    process.send(answer, undefined, undefined, () => resolve());
  });

const failure = (error: unknown): ProfileAnswer => {
  // A StageError's message ends in its hint.
  if (error instanceof StageError && error.hint !== undefined)
    return { type: 'failed', message: error.message.slice(0, -`\nhint: ${error.hint}`.length), hint: error.hint };
  return { type: 'failed', message: error instanceof Error ? error.message : String(error) };
};

process.once('disconnect', () => process.exit(143));
process.once('message', (order: ProfileOrder) => {
  carryOut(order)
    .catch((error: unknown) => tell(failure(error)))
    .finally(() => process.exit(0));
});
