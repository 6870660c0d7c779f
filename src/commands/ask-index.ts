import { join } from 'node:path';
import type { LineageIndex } from '../lineage/index/lineage-index.ts';
import { queryIndex } from '../lineage/index/query.ts';
import type { IndexSource } from '../lineage/index/source.ts';
import type { Project } from '../types/pipeline.ts';
import { formatCount, formatSeconds, plural } from '../ui/format.ts';
import { isLive } from './terminal.ts';

/** Asks the lineage index of a project; what is damaged or made again is told on stderr, and long work shows progress. */
export const askIndex = async <Answer>(
  project: Project,
  answer: (index: LineageIndex, source: IndexSource) => Answer | Promise<Answer>,
  options: { readonly rebuild?: boolean } = {},
): Promise<Answer> => {
  const notice = (message: string) => process.stderr.write(`note: ${message}\n`);
  return queryIndex({ store: join(project.artifacts, '.store'), notice, onProgress: progress(), ...options }, answer);
};

/** Says that runs are read, where they are so many that one waits. */
const progress = (): ((done: number, all: number) => void) => {
  const started = performance.now();
  const live = isLive(process.stderr);
  return (done, all) => {
    if (all < many) return;
    if (done === 0) process.stderr.write(`reading the records of ${plural(all, 'run')} into the lineage index\n`);
    else if (done === all) {
      const seconds = formatSeconds((performance.now() - started) / 1000);
      process.stderr.write(`${live ? '\r' : ''}${formatCount(all)} of ${plural(all, 'run')} read in ${seconds}\n`);
    } else if (live && done % 100 === 0) process.stderr.write(`\r${formatCount(done)} of ${plural(all, 'run')}`);
  };
};

const many = 1000;
