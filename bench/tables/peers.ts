import { join } from 'node:path';
import { call } from '../processes.ts';
import type { Settings } from '../settings.ts';
import { type Taken, taken } from './processes.ts';

/** A library of Python's that does the same work. */
export interface Peer {
  readonly name: string;
  readonly run: (stage: string) => Taken;
}

const libraries = [
  { library: 'polars', name: 'Polars', imports: 'polars' },
  { library: 'pandas', name: 'pandas with scikit-learn', imports: 'pandas, pyarrow, sklearn' },
] as const;

/**
 * The libraries that the Python of `STEMMA_BENCH_PYTHON` has, and why others are not measured.
 *
 * @param work.folder where they keep what they hand on.
 */
export const findPeers = (
  { csv, folder }: { readonly csv: string; readonly folder: string },
  settings: Settings,
): { readonly peers: readonly Peer[]; readonly notes: readonly string[] } => {
  const python = process.env['STEMMA_BENCH_PYTHON'];
  if (!python) return { peers: [], notes: ['Polars and pandas are left out: STEMMA_BENCH_PYTHON names no Python.'] };
  const peers: Peer[] = [];
  const notes: string[] = [];
  for (const { library, name, imports } of libraries) {
    const program = join(settings.root, 'bench/programs/tables.py');
    const run = (stage: string): Taken => taken([python, program, library, stage, folder, csv], settings);
    try {
      call([python, '-c', `import ${imports}`], { cwd: settings.folder });
      peers.push({ name, run });
    } catch (error) {
      notes.push(`${name} is left out: ${(error as Error).message.trim().split('\n').at(-1)}.`);
    }
  }
  return { peers, notes };
};
