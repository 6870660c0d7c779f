import { writeJson } from '../../src/learn/data/dataset.ts';
import { grouped, listed } from '../../src/learn/data/words.ts';
import { evaluateBoxes } from '../../src/learn/evaluation/boxes/evaluate.ts';
import { type BoxSet, boxSetOf } from '../../src/learn/evaluation/boxes/match.ts';
import { pictureOf } from '../../src/learn/evaluation/boxes/pictures.ts';
import { readBoxes } from '../../src/learn/evaluation/boxes/read.ts';
import { sliceImages } from '../../src/learn/evaluation/boxes/slices.ts';
import { usualBoxes } from '../../src/learn/evaluation/boxes/usual-boxes.ts';
import type { SliceParam } from '../../src/learn/evaluation/slice-values.ts';
import { formatInterval, formatMetric } from '../../src/learn/metrics/format.ts';
import type { DetectionMetricName } from '../../src/learn/metrics/names.ts';
import { pathOf } from '../../src/learn/paths.ts';
import type { BoxesEvaluation } from '../../src/types/generated/evaluation.ts';
import type { StageRun } from '../../src/types/stage.ts';

interface Params {
  readonly metrics?: readonly DetectionMetricName[];
  readonly slices: readonly SliceParam[];
  readonly margin?: number;
  readonly wrong: number;
}

/** Judges predicted boxes, whoever made them. */
export const run: StageRun<Params> = async ({ params, deps, outs, objective, seed, notice, metrics, summarize }) => {
  const actual = await readBoxes(pathOf(deps, 'actual'), 'actual');
  const predicted = await readBoxes(pathOf(deps, 'predicted'), 'predicted');
  const train = deps['train'] === undefined ? undefined : await readBoxes(deps['train'], 'actual');
  const set = boxSetOf(actual, predicted);
  if (set.strange.size > 0) notice(strangeWords(set));
  const usual = { ...usualBoxes(train ?? actual, set), learned: train !== undefined };
  const slicings = await sliceImages(set.about, params.slices);
  const judged = evaluateBoxes(set, { ...params, objective, seed: seed('intervals'), usual, slicings });
  const evaluation = deps['images'] === undefined ? judged : await withPictures(judged, set, deps['images']);
  await writeJson(pathOf(outs, 'evaluation'), evaluation);
  for (const { severity, id, message, remedy } of evaluation.findings ?? [])
    if (severity === 'warning') notice(`${id}: ${message}; ${remedy}`);
  metrics({ ...evaluation.metrics });
  const told = Object.entries(evaluation.metrics).slice(0, 4);
  summarize(told.map(([name, metric], at) => `${name} ${at === 0 ? formatInterval(metric) : formatMetric(metric.value)}`).join(', ')); // biome-ignore format: one line
};

const strangeWords = ({ strange }: BoxSet): string => {
  const boxes = [...strange.values()].reduce((sum, count) => sum + count, 0);
  const what = `${grouped(boxes)} predicted ${boxes === 1 ? 'box counts' : 'boxes count'} for nothing`;
  return `${what}: no box that there is has the label ${listed([...strange.keys()].sort().slice(0, 5))}`;
};

/** The images that were wrong, as pictures: COCO's files say by another name how the file is called. */
const withPictures = async (
  evaluation: BoxesEvaluation,
  { names, about }: BoxSet,
  folder: string,
): Promise<BoxesEvaluation> => {
  const wrong: BoxesEvaluation['wrong'] = [];
  for (const each of evaluation.wrong) {
    const file = about[names.indexOf(each.id)]?.['file_name'];
    wrong.push({ ...each, picture: await pictureOf(folder, typeof file === 'string' ? file : each.id) });
  }
  return { ...evaluation, wrong };
};
