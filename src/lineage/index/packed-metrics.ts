import type { RunRecord } from '../../types/generated/run.ts';
import type { MetricRecord } from '../../types/generated/stage-run.ts';
import { createInterner } from './interner.ts';

/** Metrics of a pipeline. Keys of stage runs are the hexadecimal digits of their digests. */
export interface MetricsFile {
  readonly stageRuns: Record<string, Measured>;
  readonly runs: Record<string, MeasuredIn>;
}

/** A run in which something was measured, so that nothing else has to be read to tell of it. */
export interface MeasuredIn {
  readonly started: string;
  readonly outcome: RunRecord['outcome'];
  /** Stage runs with metrics, the restored ones too, in topological order. */
  readonly stageRuns: readonly string[];
}

export interface Measured {
  readonly stage: string;
  /** The run in which it was executed. */
  readonly run: string;
  readonly metrics: Readonly<Record<string, MetricRecord>>;
}

/**
 * Metrics as bytes: as JSON, those of 10,000 runs take longer to parse than all that is then done with them. A line of
 * JSON with names, each once; then, as this machine holds numbers:
 *
 *     values       64-bit, of each stage run by its shape: a number, or a value with its bounds
 *     stage runs   32-bit, two each: shape, run
 *     runs         32-bit: run, outcome, how many stage runs, which
 *     digests      32 bytes each, of the stage runs
 */
export const packedMetrics = {
  encode: ({ stageRuns, runs }: MetricsFile): Buffer => {
    const entries = Object.entries(stageRuns);
    const head: Head = {
      shapes: [],
      outcomes: [],
      runs: [],
      starts: [],
      stageRuns: entries.length,
      values: 0,
      numbers: 0,
    };
    const outcomes = createInterner(head.outcomes, (outcome) => outcome);
    const shapes = createInterner(head.shapes, (shape) => JSON.stringify(shape));
    const names = createInterner(head.runs, (run) => run);
    const values = entries.flatMap(([, { metrics }]) => Object.values(metrics).flatMap(numbersOf));
    const rows = entries.flatMap(([, measured]) => [shapes.placeOf(shapeOf(measured)), names.placeOf(measured.run)]);
    const places = new Map(entries.map(([hex], place) => [hex, place]));
    const measured = Object.entries(runs).flatMap(([run, { outcome, stageRuns: hexes }]) => [
      names.placeOf(run),
      outcomes.placeOf(outcome),
      hexes.length,
      ...hexes.map((hex) => places.get(hex)!),
    ]);
    const starts = Object.values(runs).map(({ started }) => started);
    const line = JSON.stringify({
      ...head,
      starts,
      values: values.length,
      numbers: rows.length + measured.length,
    });
    return Buffer.concat([
      Buffer.from(`${line}\n`),
      bytesOf(Float64Array.from(values)),
      bytesOf(Int32Array.from([...rows, ...measured])),
      Buffer.from(entries.map(([hex]) => hex).join(''), 'hex'),
    ]);
  },
  decode: (bytes: Buffer): MetricsFile => {
    const start = bytes.indexOf('\n') + 1;
    const head = JSON.parse(bytes.toString('utf8', 0, start)) as Head;
    const afterValues = start + head.values * Float64Array.BYTES_PER_ELEMENT;
    const afterNumbers = afterValues + head.numbers * Int32Array.BYTES_PER_ELEMENT;
    // Copies, since numbers have to begin at a multiple of their size.
    const values = new Float64Array(new Uint8Array(bytes.subarray(start, afterValues)).buffer);
    const numbers = new Int32Array(new Uint8Array(bytes.subarray(afterValues, afterNumbers)).buffer);
    const digests = bytes.toString('hex', afterNumbers);
    const hexes = Array.from({ length: head.stageRuns }, (_, place) => digests.slice(place * 64, (place + 1) * 64));
    const parts: Parts = { hexes, values, numbers };
    return { stageRuns: unpackStageRuns(head, parts), runs: unpackRuns(head, parts) };
  },
};

interface Head {
  readonly shapes: Shape[];
  readonly outcomes: RunRecord['outcome'][];
  readonly runs: string[];
  /** When each run began. */
  readonly starts: readonly string[];
  readonly stageRuns: number;
  readonly values: number;
  readonly numbers: number;
}

/** What a stage run measured: names, and whether each has an interval. */
type Shape = readonly [stage: string, metrics: readonly (readonly [name: string, numbers: 1 | 3])[]];

const shapeOf = ({ stage, metrics }: Measured): Shape => [
  stage,
  Object.entries(metrics).map(([name, metric]) => [name, typeof metric === 'number' ? 1 : 3] as const),
];

const numbersOf = (metric: MetricRecord): number[] =>
  typeof metric === 'number' ? [metric] : [metric.value, metric.low, metric.high];

const bytesOf = ({ buffer, byteOffset, byteLength }: Float64Array | Int32Array): Buffer =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);

// A metric may have any name, also the one that cannot be assigned to.
const property = { enumerable: true, configurable: true, writable: true };

const rowLength = 2;

interface Parts {
  readonly hexes: readonly string[];
  readonly values: Float64Array;
  readonly numbers: Int32Array;
}

const unpackStageRuns = ({ shapes, runs }: Head, { hexes, values, numbers }: Parts): MetricsFile['stageRuns'] => {
  const stageRuns: Record<string, Measured> = {};
  let at = 0;
  for (const [place, hex] of hexes.entries()) {
    const [stage, names] = shapes[numbers[place * rowLength]!]!;
    const metrics: Record<string, MetricRecord> = {};
    for (const [name, count] of names) {
      const value = values[at]!;
      const metric = count === 1 ? value : { value, low: values[at + 1]!, high: values[at + 2]! };
      if (name === '__proto__') Object.defineProperty(metrics, name, { ...property, value: metric });
      else metrics[name] = metric;
      at += count;
    }
    stageRuns[hex] = { stage, run: runs[numbers[place * rowLength + 1]!]!, metrics };
  }
  return stageRuns;
};

const unpackRuns = ({ runs, outcomes, starts }: Head, { hexes, numbers }: Parts): MetricsFile['runs'] => {
  const measured: Record<string, MeasuredIn> = {};
  let place = 0;
  for (let at = hexes.length * rowLength; at < numbers.length; at += 3 + numbers[at + 2]!) {
    const stageRuns = Array.from(numbers.subarray(at + 3, at + 3 + numbers[at + 2]!), (number) => hexes[number]!);
    measured[runs[numbers[at]!]!] = { started: starts[place++]!, outcome: outcomes[numbers[at + 1]!]!, stageRuns };
  }
  return measured;
};
