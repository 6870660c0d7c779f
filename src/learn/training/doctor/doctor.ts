import type { Finding } from '../../../types/generated/findings.ts';
import type { Reading } from '../readings.ts';
import { type DeadUnits, deadUnits, lossRises, lossSpike, notFinite, type Patient, plateau, rateTooHigh } from './checks.ts'; // biome-ignore format: one line
import { after, atRest, type Vitals } from './vitals.ts';

/** All that the doctor knows: plain JSON, so that a checkpoint can hold it. */
export interface Chart {
  readonly vitals: Vitals;
  /** Whether a plateau from the first step on was looked for; that is done once. */
  readonly plateauJudged: boolean;
  /** Layers in which dead units were looked for. */
  readonly layers: readonly string[];
  /** In the order in which they were found; each kind once, dead units once a layer. */
  readonly findings: readonly Finding[];
}

export const emptyChart: Chart = { vitals: atRest, plateauJudged: false, layers: [], findings: [] };

/** The chart after a step: a pure function of the readings. */
export const hearStep = (chart: Chart, reading: Reading, patient: Patient): Chart => {
  const vitals = after(chart.vitals, reading, patient.chance);
  const checks = [notFinite, rateTooHigh, lossRises, lossSpike];
  return noted(
    { ...chart, vitals },
    checks.map((check) => check(reading, vitals, patient)),
  );
};

/** The chart after an epoch's steps. */
export const hearEpoch = (
  chart: Chart,
  { epoch, layers }: { readonly epoch: number; readonly layers: readonly DeadUnits[] },
  patient: Patient,
): Chart => {
  const isTime = !chart.plateauJudged && chart.vitals.steps >= Math.max(leastSteps, 2 * patient.warmup);
  return noted({ ...chart, plateauJudged: chart.plateauJudged || isTime, layers: layers.map(({ layer }) => layer) }, [
    isTime ? plateau(epoch, chart.vitals, patient) : undefined,
    ...layers.map((layer) => deadUnits(epoch, layer)),
  ]);
};

/** Steps before which no loss is called a plateau. */
const leastSteps = 100;

const noted = (chart: Chart, found: readonly (Finding | undefined)[]): Chart => {
  if (found.every((finding) => finding === undefined)) return chart;
  const known = new Set(chart.findings.map(kindOf));
  const fresh = found.flatMap((finding) => (finding === undefined || known.has(kindOf(finding)) ? [] : finding));
  return fresh.length === 0 ? chart : { ...chart, findings: [...chart.findings, ...fresh] };
};

const kindOf = ({ id, evidence }: Finding): string => (id === 'dead-units' ? `${id} ${evidence['layer']}` : id);
