import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { call } from '../processes.ts';
import type { Settings } from '../settings.ts';

/** The versions measured against; TensorFlow is the one that Stemma brings. */
export const pythonPackages = ['tensorflow-cpu==2.21.0', 'keras==3.15.1', 'torch'] as const;

/**
 * A Python with Keras and PyTorch: `STEMMA_BENCH_PYTHON`, else one in a folder of the bench's own, made once with venv
 * and pip. Returns its path, or says why there is none.
 */
export const findPython = ({ folder }: Settings): { readonly python: string } | { readonly missing: string } => {
  const given = process.env['STEMMA_BENCH_PYTHON'];
  if (given) return { python: given };
  const place = join(folder, 'python');
  const python = join(place, 'bin', 'python');
  if (existsSync(join(place, 'installed'))) return { python };
  try {
    call(['python3', '-m', 'venv', place], { cwd: folder });
    call([python, '-m', 'pip', 'install', '--quiet', ...pythonPackages], { cwd: folder });
  } catch (error) {
    const reason = (error as Error).message.trim().split('\n').at(-1);
    return { missing: `Keras and PyTorch could not be installed: ${reason}` };
  }
  writeFileSync(join(place, 'installed'), '');
  return { python };
};
