import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBackend } from '../../src/learn/backends/backend.ts';
import { bridgeMissingKernels } from '../../src/learn/backends/bridge.ts';
import { type Asked, askNetwork, askRaw } from '../../src/learn/cost/ask.ts';
import { hereWith } from '../../src/learn/cost/machine.ts';
import { memoryHere, taken } from '../../src/learn/cost/memory-alone.ts';
import { quantileInterval } from '../../src/learn/cost/quantile-interval.ts';
import { type Instruments, type MemoryOrder, timesOf } from '../../src/learn/cost/timing.ts';
import { writeJson } from '../../src/learn/data/dataset.ts';
import { grouped } from '../../src/learn/data/words.ts';
import { writeLayers } from '../../src/learn/export/layers-files.ts';
import type { Quantization } from '../../src/learn/export/quantize.ts';
import { type Figure, readCosts } from '../../src/learn/gate/figures.ts';
import { formatInterval } from '../../src/learn/metrics/format.ts';
import type { Interval } from '../../src/learn/metrics/interval.ts';
import { pathOf } from '../../src/learn/paths.ts';
import { serveOne } from '../../src/learn/program.ts';
import type { Cost } from '../../src/types/generated/cost.ts';
import type { StageContext, StageRun } from '../../src/types/stage.ts';
import { instruments } from './instruments.ts';

interface Params {
  readonly repeats: number;
  readonly warm_up: number;
  readonly rows: number;
  readonly variants: readonly Quantization[];
}

/** Measures a model with the instruments of this machine. */
export const run: StageRun<Params> = (context) => measure(context, instruments);

/** What the process does that `instruments.apart` starts. */
export const measureMemory = (): void => serveOne((order: MemoryOrder) => memoryHere(order, instruments));

/** The same with instruments of another kind. */
export const measure = async (
  context: StageContext<Params>,
  { now, resident, peak, apart }: Instruments,
): Promise<void> => {
  const { params, deps, outs, notice, progress } = context;
  await startBackend(context.backend!);
  const before = resident();
  const folder = pathOf(deps, 'model');
  const missing = (kernel: string): void =>
    notice(`backend ${context.backend!.name} lacks the kernel ${kernel}: plain JavaScript computes it, slowly`);
  const bridge = async (attempt: () => void): Promise<void> => {
    for (const kernel of await bridgeMissingKernels(attempt)) missing(kernel);
  };
  const open = (from: string): Promise<Asked> => deps['examples'] === undefined ? askNetwork(from, bridge) : askRaw(from, { examples: deps['examples'], rows: params.rows, bridge }); // biome-ignore format: one line
  const timed = async ({ ways }: Asked, prefix: string): Promise<Readonly<Record<string, Interval>>> => {
    const times: Record<string, Interval> = {};
    for (const [name, ask] of Object.entries(ways)) {
      progress({
        done: Object.keys(times).length / 2,
        total: Object.keys(ways).length,
        unit: 'ways',
        note: prefix + name,
      });
      const measured = await timesOf(ask, { warmUp: params.warm_up, timed: params.repeats }, now);
      times[`${prefix}${name}_ms_p50`] = rounded(quantileInterval(measured, 0.5));
      times[`${prefix}${name}_ms_p95`] = rounded(quantileInterval(measured, 0.95));
    }
    return times;
  };
  const asked = await open(folder);
  const times = await timed(asked, '');
  const onGpu = context.backend!.device === 'gpu';
  const order = { backend: context.backend!, ...(deps['examples'] !== undefined && { examples: deps['examples'] }), rows: params.rows, questions: params.warm_up + params.repeats }; // biome-ignore format: one line
  // Two processes would have to share the GPU; and this one remembers but one peak.
  const memory = onGpu ? taken(peak(), before) : await apart({ ...order, model: folder });
  if (onGpu && params.variants.length > 0) notice('on a GPU the memory of variants is not measured');
  const exact = { size_bytes: await bytesIn(folder), parameters: asked.parameters };
  const variants = { exact: {} as Record<string, number>, measured: {} as Record<string, Interval | number> };
  for (const kind of params.variants)
    await withVariant(folder, kind, async (variant) => {
      variants.exact[`${kind}_size_bytes`] = await bytesIn(variant);
      Object.assign(variants.measured, await timed(await open(variant), `${kind}_`));
      if (onGpu) return;
      for (const [name, bytes] of Object.entries(await apart({ ...order, model: variant })))
        variants.measured[`${kind}_${name}`] = bytes;
    });
  const cost: Cost = {
    format: 'stemma-cost-v1',
    metrics: {
      ...exact,
      ...times,
      ...memory,
      ...variants.exact,
      ...variants.measured,
      ...(await exported(deps['checks'])),
    },
    measured: [...Object.keys(times), ...Object.keys(memory), ...Object.keys(variants.measured)],
    on: hereWith(context.backend!),
    asked: { with: asked.with, rows: asked.rows, warm_up: params.warm_up, timed: params.repeats },
  };
  await writeJson(pathOf(outs, 'cost'), cost);
  context.metrics(cost.metrics);
  context.summarize(summaryOf(asked, { ...exact, ...memory }, times));
};

/** A layers model with its weights in fewer bytes, as export writes it, for as long as it is looked at. */
const withVariant = async (
  model: string,
  kind: Quantization,
  use: (folder: string) => Promise<void>,
): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'stemma-cost-'));
  try {
    const variant = join(folder, kind);
    await writeLayers(model, variant, kind);
    await use(variant);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** To the microsecond: a clock's further digits say nothing. */
const rounded = ({ value, low, high }: Interval): Interval => ({
  value: Number(value.toFixed(3)),
  low: Number(low.toFixed(3)),
  high: Number(high.toFixed(3)),
});

/** Of all files in a folder, with those in folders below. */
const bytesIn = async (folder: string): Promise<number> => {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  const sizes = await Promise.all(files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
};

const exported = async (checks: string | undefined): Promise<Cost['metrics']> =>
  checks === undefined ? {} : Object.fromEntries([...(await readCosts(checks)).figures].map(([name, figure]) => [name, asMetric(figure)])); // biome-ignore format: one line

const asMetric = ({ value, low, high }: Figure): Cost['metrics'][string] =>
  low === undefined || high === undefined ? value : { value, low, high };

/** As "14,353 bytes, an answer in 1.204 [1.190, 1.230] ms, 181 MB of memory". */
const summaryOf = (
  { ways }: Asked,
  { size_bytes, memory_bytes }: { readonly size_bytes: number; readonly memory_bytes: number },
  times: Readonly<Record<string, Interval>>,
): string => {
  const [what, name] = 'latency' in ways ? ['an answer', 'latency'] : ['the network', 'network'];
  const time = `${what} in ${formatInterval(times[`${name}_ms_p50`]!)} ms`;
  return `${grouped(size_bytes)} bytes, ${time}, ${grouped(Math.round(memory_bytes / 1e6))} MB of memory`;
};
