import { compareMetrics, type MetricChange } from './compare-metrics.ts';
import { compareStage, type Finding, type StageChange } from './compare-stage.ts';
import type { RunAccount, StageAccount } from './run-account.ts';

/** What differs between two runs: causes first, then what followed from them, then what it did to the metrics. */
export interface RunComparison {
  readonly before: RunAccount;
  readonly after: RunAccount;
  /** Changes at the roots: of what a stage is told or reads from outside, and not of what another stage handed on. */
  readonly causes: readonly Cause[];
  /** Stages of both runs whose fingerprint or outs changed, in the order of the later run. */
  readonly changed: readonly StageChange[];
  /** Names of the stages of both runs of which nothing changed. */
  readonly unchanged: readonly string[];
  readonly onlyBefore: readonly StageAccount[];
  readonly onlyAfter: readonly StageAccount[];
  /** Stages of both runs that cannot be compared, since in one of them they never came to a fingerprint. */
  readonly notCompared: readonly StagePair[];
  readonly metrics: readonly MetricChange[];
}

/** One change with all stages that it struck. */
export interface Cause extends Omit<Finding, 'stage'> {
  readonly stages: readonly string[];
}

export interface StagePair {
  readonly before: StageAccount;
  readonly after: StageAccount;
}

/** Compares what is recorded of two runs. It reads nothing. */
export const compareRuns = (before: RunAccount, after: RunAccount): RunComparison => {
  const pairs = pairsOf(before, after);
  const compared = pairs.flatMap((pair) => compareStage(pair.before, pair.after) ?? []);
  const isChanged = ({ fingerprint, outs }: StageChange) => fingerprint === 'changed' || outs === 'changed';
  const known = new Set(compared.map(({ stage }) => stage));
  return {
    before,
    after,
    causes: gather(compared.flatMap(({ roots }) => roots)),
    changed: compared.filter(isChanged),
    unchanged: compared.filter((change) => !isChanged(change)).map(({ stage }) => stage),
    onlyBefore: without(before, after),
    onlyAfter: without(after, before),
    notCompared: pairs.filter((pair) => !known.has(pair.after.entry.stage)),
    metrics: compareMetrics(before, after),
  };
};

const pairsOf = (before: RunAccount, after: RunAccount): StagePair[] => {
  const earlier = new Map(before.stages.map((stage) => [stage.entry.stage, stage]));
  return after.stages.flatMap((stage) => {
    const same = earlier.get(stage.entry.stage);
    return same === undefined ? [] : [{ before: same, after: stage }];
  });
};

const without = ({ stages }: RunAccount, other: RunAccount): StageAccount[] => {
  const names = new Set(other.stages.map(({ entry }) => entry.stage));
  return stages.filter(({ entry }) => !names.has(entry.stage));
};

/** A seed that five stages read is one change; a param is its stage's own. */
const gather = (findings: readonly Finding[]): Cause[] => {
  const causes = new Map<string, Cause>();
  for (const { stage, ...finding } of findings) {
    const key = JSON.stringify([
      finding.kind,
      finding.what,
      finding.before,
      finding.after,
      ownerOf(finding.kind, stage),
    ]);
    const known = causes.get(key);
    causes.set(key, { ...finding, stages: [...(known?.stages ?? []), stage] });
  }
  return [...causes.values()].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
};

const ownerOf = (kind: Finding['kind'], stage: string): string => (shared.includes(kind) ? '' : stage);

const shared: readonly Finding['kind'][] = ['data', 'code', 'environment', 'seed', 'backend', 'version'];

const order: readonly Finding['kind'][] = [
  'params',
  'data',
  'code',
  'definition',
  'environment',
  'seed',
  'backend',
  'version',
  'chance',
];
