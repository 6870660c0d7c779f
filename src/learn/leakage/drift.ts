import { counted } from '../data/words.ts';
import { twoSampleTable } from '../statistics/categories.ts';
import { chiSquare } from '../statistics/chi-square.ts';
import { cramersV } from '../statistics/correlation.ts';
import { binCounts, populationStability, quantileEdges, wasserstein } from '../statistics/distance.ts';
import { falseDiscovery } from '../statistics/false-discovery.ts';
import { kolmogorovSmirnov } from '../statistics/kolmogorov-smirnov.ts';
import { spreadOf } from '../statistics/spread.ts';
import { type Check, type Finding, short } from './check.ts';
import { type Described, describedColumns } from './described.ts';
import { pairsOf, type Split } from './splits.ts';

/**
 * Columns whose values are distributed otherwise in two splits: numbers by the test of Kolmogorov and Smirnov,
 * categories by chi², both with a least size of the effect, since with many rows anything is significant. The
 * probabilities are corrected for the number of columns and pairs of splits (Benjamini and Hochberg).
 */
export const drift: Check = {
  kind: 'drift',
  run: ({ splits, params: { thresholds } }) => {
    const pairs = pairsOf(splits);
    const tests = pairs.flatMap(([first, second]) => testsOf(first, second));
    if (tests.length === 0) return { what: 'no two splits with columns to compare', findings: null };
    const corrected = falseDiscovery(tests.map(({ p }) => p));
    const findings = tests.flatMap((test, at) => {
      const p = corrected[at] as number;
      return test.effect >= thresholds.drift && p < thresholds.drift_p ? [findingOf(test, p, thresholds.drift)] : [];
    });
    return { what: `${counted(tests.length, 'comparison')} of a column in two splits`, findings };
  },
};

interface Test {
  readonly first: Split;
  readonly second: Split;
  readonly column: string;
  readonly measure: string;
  readonly effect: number;
  readonly p: number;
  readonly evidence: Readonly<Record<string, number>>;
}

const testsOf = (first: Split, second: Split): Test[] =>
  describedColumns(first).flatMap((column): Test[] => {
    const other = describedColumns(second).find(({ name }) => name === column.name);
    const test = other === undefined ? null : compare(column, other);
    return test === null ? [] : [{ first, second, column: column.name, ...test }];
  });

const compare = (a: Described, b: Described): Omit<Test, 'first' | 'second' | 'column'> | null => {
  if (a.kind === 'numbers' && b.kind === 'numbers') {
    if (a.values.length < fewestRows || b.values.length < fewestRows) return null;
    const { statistic, pValue } = kolmogorovSmirnov(a.values, b.values);
    const spread = spreadOf(a.values).sd;
    return {
      measure: 'Kolmogorov–Smirnov distance',
      effect: statistic,
      p: pValue,
      evidence: {
        'population stability index': Number(short(stability(a.values, b.values))),
        'Wasserstein distance in standard deviations':
          spread === 0 ? 0 : Number(short(wasserstein(a.values, b.values) / spread)),
      },
    };
  }
  if (a.kind !== 'labels' || b.kind !== 'labels') return null;
  if (a.values.length < fewestRows || b.values.length < fewestRows) return null;
  const table = twoSampleTable(a.values, b.values);
  const { pValue, leastExpected } = chiSquare(table);
  // Below an expected count of 1 the approximation is not to be trusted (Cochran 1954).
  if (leastExpected < 1) return null;
  return { measure: "Cramér's V", effect: cramersV(table) ?? 0, p: pValue, evidence: {} };
};

const fewestRows = 20;

/** By the deciles of the first. */
const stability = (a: Float64Array, b: Float64Array): number => {
  const edges = quantileEdges(a, 10);
  return populationStability(binCounts(a, edges), binCounts(b, edges));
};

const findingOf = (
  { first, second, column, measure, effect, p, evidence }: Test,
  corrected: number,
  threshold: number,
): Finding => ({
  kind: 'drift',
  certainty: 'suspect',
  between: [first.name, second.name],
  column,
  message: `"${column}" is distributed otherwise in ${second.name} than in ${first.name} (${measure} ${short(effect)}, p ${short(p)})`,
  measure,
  value: effect,
  threshold,
  evidence: [{ p: Number(short(p)), 'p, corrected': Number(short(corrected)), ...evidence }],
  remedy:
    'if the split is meant to be by time or group, expect worse results than at random, and accept it; else split at random or stratified',
});
