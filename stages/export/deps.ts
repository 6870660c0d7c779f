import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Examples, loadFirstExamples } from '../../src/learn/data/dataset.ts';
import { digestOfFiles } from '../../src/learn/data/folder-digest.ts';
import { StageError } from '../../src/learn/error.ts';
import { isEvaluation } from '../../src/learn/generated/evaluation.js';
import { isHistory } from '../../src/learn/generated/history.js';
import { readFormat } from '../../src/learn/json.ts';
import type { Evaluation } from '../../src/types/generated/evaluation.ts';
import type { TrainingHistory } from '../../src/types/generated/history.ts';
import type { ModelCard } from '../../src/types/generated/model.ts';
import type { StageContext } from '../../src/types/stage.ts';

/**
 * The first examples of a sample.
 *
 * @throws StageError where they are not as the model takes them.
 */
export const sampleOf = async (folder: string, { features, inputs }: ModelCard, most: number): Promise<Examples> => {
  const examples = await loadFirstExamples(folder, most, { inputs, targets: 'any' });
  const [wanted, found] = [features.shape, examples.featureShape].map((shape) => `[${shape.join(', ')}]`);
  if (wanted !== found || String(features.names) !== String(examples.featureNames)) {
    throw new StageError(
      `dep sample has features of the shape ${found}: ${examples.featureNames.join(', ')}; the model takes ${wanted}: ${features.names.join(', ')}`, // biome-ignore format: one text
      'take it from the stage that train was taken from, as normalize.test',
    );
  }
  if (examples.rows === 0) throw new StageError('dep sample has no examples', 'leave it out, or give another');
  const rows = Math.min(most, examples.rows);
  const width = examples.features.length / examples.rows;
  return {
    ...examples,
    rows,
    features: examples.features.subarray(0, rows * width),
    target: examples.target.slice(0, (examples.target.length / examples.rows) * rows),
  };
};

export const readEvaluation = async (path: string | undefined): Promise<Evaluation | undefined> =>
  path === undefined ? undefined : readFormat({ path, name: basename(path) }, 'stemma-evaluation-v1', isEvaluation);

export const readHistory = async (path: string | undefined): Promise<TrainingHistory | undefined> =>
  path === undefined ? undefined : readFormat({ path, name: basename(path) }, 'stemma-history-v1', isHistory);

/** The digests by which the runner knows the deps: of a file its sha256, of a folder that of what `sha256sum` prints. */
export const digestsOf = async ({
  deps,
  files,
}: Pick<StageContext, 'deps' | 'files'>): Promise<Record<string, string>> =>
  Object.fromEntries(
    await Promise.all(
      Object.keys(deps)
        .sort()
        .map(async (dep) => [dep, await digestOf(deps[dep]!, files(dep))] as const),
    ),
  );

const digestOf = async (path: string, files: ReturnType<StageContext['files']>): Promise<string> =>
  files === undefined
    ? `sha256:${createHash('sha256')
        .update(await readFile(path))
        .digest('hex')}`
    : digestOfFiles(files);
