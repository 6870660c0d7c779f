import { readFile, writeFile } from 'node:fs/promises';
import type { Preview } from '../../src/learn/data/augment/preview.ts';
import { StageError } from '../../src/learn/error.ts';
import { pathOf } from '../../src/learn/paths.ts';
import type { Evaluation } from '../../src/types/generated/evaluation.ts';
import type { TrainingHistory } from '../../src/types/generated/history.ts';
import type { StageRun } from '../../src/types/stage.ts';
import type { ReportInputs } from './inputs.ts';
import { reportPage } from './page.ts';

interface Params {
  readonly title?: string;
}

/** Makes the page from those deps that are given, and from nothing else. */
export const run: StageRun<Params> = async ({ params, deps, outs, summarize }) => {
  const inputs: ReportInputs = {
    history: await read<TrainingHistory>(deps['history'], 'stemma-history-v1'),
    evaluation: await read<Evaluation>(deps['evaluation'], 'stemma-evaluation-v1'),
    preview: await read<Preview>(deps['preview'], 'stemma-preview-v1'),
  };
  if (Object.values(inputs).every((input) => input === undefined)) {
    throw new StageError(
      'there is nothing to report',
      'give at least one of the deps "history", "evaluation", "preview"',
    );
  }
  const page = reportPage(inputs, params.title);
  await writeFile(pathOf(outs, 'report'), page);
  summarize(`one page of ${Math.ceil(Buffer.byteLength(page) / 1024)} KiB`);
};

const read = async <Content extends { readonly format: string }>(
  path: string | undefined,
  format: Content['format'],
): Promise<Content | undefined> => {
  if (path === undefined) return undefined;
  const content = parse(await readFile(path, 'utf8'));
  if (content?.format === format) return content as Content;
  throw new StageError(`a dep is not of the format "${format}": ${content?.format ?? 'it names none'}`);
};

const parse = (text: string): { format?: string } | null => {
  try {
    return JSON.parse(text) as { format?: string } | null;
  } catch {
    throw new StageError('a dep is not JSON');
  }
};
