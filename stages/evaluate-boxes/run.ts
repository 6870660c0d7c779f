import { writeJson } from '../../src/learn/data/dataset.ts';
import { grouped, listed } from '../../src/learn/data/words.ts';
import { evaluateBoxes } from '../../src/learn/evaluation/boxes/evaluate.ts';
import { boxSetOf } from '../../src/learn/evaluation/boxes/match.ts';
import { readBoxes } from '../../src/learn/evaluation/boxes/read.ts';
import type { DetectionMetricName } from '../../src/learn/metrics/detection.ts';
import { formatInterval, formatMetric } from '../../src/learn/metrics/format.ts';
import { pathOf } from '../../src/learn/paths.ts';
import type { StageRun } from '../../src/types/stage.ts';

interface Params {
  readonly metrics?: readonly DetectionMetricName[];
  readonly wrong: number;
}

/** Judges predicted boxes, whoever made them. */
export const run: StageRun<Params> = async ({ params, deps, outs, objective, seed, notice, metrics, summarize }) => {
  const actual = await readBoxes(pathOf(deps, 'actual'), 'actual');
  const predicted = await readBoxes(pathOf(deps, 'predicted'), 'predicted');
  const set = boxSetOf(actual, predicted);
  if (set.strange.size > 0) {
    const boxes = [...set.strange.values()].reduce((sum, count) => sum + count, 0);
    const what = `${grouped(boxes)} predicted ${boxes === 1 ? 'box counts' : 'boxes count'} for nothing`;
    notice(`${what}: no box that there is has the label ${listed([...set.strange.keys()].sort().slice(0, 5))}`);
  }
  const evaluation = evaluateBoxes(set, { ...params, objective, seed: seed('intervals') });
  await writeJson(pathOf(outs, 'evaluation'), evaluation);
  metrics({ ...evaluation.metrics });
  const told = Object.entries(evaluation.metrics).slice(0, 4);
  summarize(told.map(([name, metric], at) => `${name} ${at === 0 ? formatInterval(metric) : formatMetric(metric.value)}`).join(', ')); // biome-ignore format: one line
};
