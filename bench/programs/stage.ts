import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseManifest } from '../../src/fingerprint/manifest.ts';
import { derive } from '../../src/learn/random.ts';
import { memo, memoName } from '../../src/run/memo.ts';
import type { Json, JsonObject } from '../../src/types/json.ts';
import type { StageContext, StageRun } from '../../src/types/stage.ts';
import { run as clean } from '../../stages/clean/run.ts';
import { run as ingest } from '../../stages/ingest/run.ts';
import { run as normalize } from '../../stages/normalize/run.ts';
import { run as split } from '../../stages/split/run.ts';
import { peakMemory } from '../peak-memory.ts';
import { clock } from '../stopwatch.ts';

// node stage.mjs ORDER: runs a stage type's own `run` as the stage host does, and prints what it took.

interface Order {
  readonly type: 'ingest' | 'clean' | 'split' | 'normalize';
  /** With the defaults filled in. */
  readonly params: JsonObject;
  readonly deps: Readonly<Record<string, string>>;
  readonly outs: Readonly<Record<string, string>>;
  /** Where pieces are kept. */
  readonly memo: string;
  /** By dep, the file with the manifest of its folder. */
  readonly manifests: Readonly<Record<string, string>>;
}

const stages = { ingest, clean, split, normalize } as unknown as Record<Order['type'], StageRun<JsonObject>>;

const order = JSON.parse(process.argv[2] as string) as Order;
const told: JsonObject = {};
const notice = (message: string): void => void process.stderr.write(`${message}\n`);
const context: StageContext<JsonObject> = {
  stage: order.type,
  params: order.params,
  deps: order.deps,
  absent: [],
  outs: order.outs,
  scratch: order.memo,
  seed: (purpose) => derive(1337, order.type, purpose),
  progress: () => undefined,
  summarize: (line) => Object.assign(told, { summary: line }),
  metrics: () => undefined,
  verdict: () => undefined,
  telemetry: (values) => Object.assign(told, values),
  notice,
  memo: (key, make, options) => {
    mkdirSync(order.memo, { recursive: true });
    const name = memoName({ code: 'bench', key: key as Json, like: options?.like as Json | undefined });
    return memo(join(order.memo, name), { make, notice, alike: options !== undefined });
  },
  files: (dep) => {
    const manifest = order.manifests[dep];
    return manifest !== undefined && existsSync(manifest) ? parseManifest(readFileSync(manifest, 'utf8')) : undefined;
  },
  signal: new AbortController().signal,
};

const taken = clock();
await stages[order.type](context);
console.log(JSON.stringify({ ...taken(), megabytes: peakMemory(), ...told }));
