import { compare, type Judged, type Pair } from '../../src/learn/comparison/compare.ts';
import { writeJson } from '../../src/learn/data/dataset.ts';
import { StageError } from '../../src/learn/error.ts';
import { isEvaluation } from '../../src/learn/generated/evaluation.js';
import { isHistory } from '../../src/learn/generated/history.js';
import { readFormat } from '../../src/learn/json.ts';
import { formatInterval, formatMetric } from '../../src/learn/metrics/format.ts';
import { pathOf } from '../../src/learn/paths.ts';
import type { ComparedMean, Comparison } from '../../src/types/generated/comparison.ts';
import type { StageContext, StageRun } from '../../src/types/stage.ts';

interface Params {
  readonly metric: string;
}

type Deps = StageContext['deps'];

/** As many pairs as stage.json has deps for. */
const numbers = [1, 2, 3, 4, 5];

/** Compares two ways to train, pair by pair. */
export const run: StageRun<Params> = async ({ params, deps, outs, metrics, summarize }) => {
  const comparison = compare(await pairsIn(deps), params.metric);
  await writeJson(pathOf(outs, 'comparison'), comparison);
  const { difference } = comparison;
  metrics({ [`${params.metric}_difference`]: intervalOf(difference) });
  summarize(summaryOf(comparison));
};

const pairsIn = async (deps: Deps): Promise<readonly Pair[]> => {
  const pairs: Pair[] = [];
  for (const number of numbers) {
    const [baseline, candidate] = [await judgedIn(deps, `baseline_${number}`), await judgedIn(deps, `candidate_${number}`)]; // biome-ignore format: one line
    if (baseline !== undefined && candidate !== undefined) pairs.push({ baseline, candidate });
    else if (baseline !== undefined || candidate !== undefined) {
      const [given, missing] = baseline === undefined ? ['candidate', 'baseline'] : ['baseline', 'candidate'];
      throw new StageError(
        `there is a dep ${given}_${number}, and no dep ${missing}_${number}`,
        'each pair needs both',
      );
    }
  }
  return pairs;
};

const judgedIn = async (deps: Deps, name: string): Promise<Judged | undefined> => {
  const [path, history] = [deps[name], deps[`${name}_history`]];
  if (path === undefined) {
    if (history === undefined) return undefined;
    throw new StageError(`there is a dep ${name}_history, and no dep ${name}`, 'add the evaluation of that training');
  }
  return {
    evaluation: await readFormat({ path, name: `dep ${name}` }, 'stemma-evaluation-v1', isEvaluation),
    history:
      history === undefined
        ? undefined
        : await readFormat({ path: history, name: `dep ${name}_history` }, 'stemma-history-v1', isHistory),
  };
};

const intervalOf = ({ mean, low, high }: ComparedMean) =>
  low === undefined || high === undefined ? mean : { value: mean, low, high };

const shown = ({ mean, low, high }: ComparedMean): string =>
  low === undefined || high === undefined ? formatMetric(mean) : formatInterval({ value: mean, low, high });

/** As `accuracy 0.801 → 0.852, by 0.051 [0.032, 0.070]; as good in 0.412 [0.301, 0.523] of the epochs (5 of 5)`. */
const summaryOf = ({ metric, baseline, candidate, difference, epochs }: Comparison): string => {
  const gain = `${metric} ${formatMetric(baseline.mean)} → ${formatMetric(candidate.mean)}, by ${shown(difference)}`;
  if (epochs === undefined) return gain;
  const reached = `${epochs.reached} of ${epochs.of}`;
  if (epochs.share === undefined) return `${gain}; none of ${epochs.of} was ever as good as its baseline`;
  return `${gain}; as good in ${shown(epochs.share)} of the epochs (${reached})`;
};
