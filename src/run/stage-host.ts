import { existsSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseManifest } from '../fingerprint/manifest.ts';
import { temporaryOwner } from '../fingerprint/replace-file.ts';
import type { Json } from '../types/json.ts';
import type { BackendChoice, GrantedBackend, StageContext, StageRehearsal, StageRun } from '../types/stage.ts';
import type { HostMessage } from './host-process.ts';
import { memo, memoName } from './memo.ts';
import type { StageMessage } from './messages.ts';
import { manifestsFolder, type WorkOrder } from './order.ts';
import { stageSeed } from './seed.ts';

// The program of a stage process: reads a work order, runs the stage's code, and says how it went. It ends when the
// runner is gone, since nobody would take its outs. Its order is named by its environment, or, where it was started
// before there was one, by a message that completes the environment.

const main = async (): Promise<void> => {
  if (process.env['STEMMA_ORDER'] === undefined) await orderGiven();
  const order = JSON.parse(readFileSync(process.env['STEMMA_ORDER']!, 'utf8')) as WorkOrder;
  if (order.program.kind !== 'module') throw new Error('the stage host runs modules only');
  const abort = new AbortController();
  process.once('SIGTERM', () => {
    abort.abort(new Error('cancelled'));
    // A stage that listens to the signal may still write a checkpoint; the rest end here.
    setImmediate(() => process.exit(143));
  });
  process.once('disconnect', () => process.exit(143));
  const { run, rehearse } = (await import(pathToFileURL(order.program.module).href)) as StageModule;
  await mkdir(order.scratch, { recursive: true });
  const context = contextOf(order, order.program.code, abort.signal) as StageContext<never>;
  if (order.rehearsal) {
    if (typeof rehearse !== 'function') throw new Error("the stage's run.ts exports no function `rehearse`");
    tell({ type: 'rehearsed', rehearsal: await rehearse(context) });
    return;
  }
  if (typeof run !== 'function') throw new Error("the stage's run.ts exports no function `run`");
  await run(context);
};

const orderGiven = (): Promise<void> =>
  new Promise((resolve) => {
    const take = (message: unknown) => {
      process.off('disconnect', leave);
      Object.assign(process.env, (message as HostMessage).environment);
      tell({ type: 'began' });
      resolve();
    };
    process.once('message', take).once('disconnect', leave);
    if (!process.connected) leave();
  });

/** Nobody has an order for us any more, nor takes away what was to become the log of one. */
const leave = (): never => {
  const log = '/proc/self/fd/1';
  const path = existsSync(log) ? readlinkSync(log) : '';
  if (temporaryOwner(path) !== undefined) rmSync(path, { force: true });
  process.exit(143);
};

interface StageModule {
  readonly run?: StageRun<never>;
  readonly rehearse?: StageRehearsal<never>;
}

const contextOf = (order: WorkOrder, code: string, signal: AbortSignal): StageContext => ({
  stage: order.stage,
  params: order.params,
  deps: Object.fromEntries(Object.entries(order.deps).map(([name, { path }]) => [name, resolve(path)])),
  absent: order.absent ?? [],
  outs: Object.fromEntries(Object.entries(order.outs).map(([name, path]) => [name, resolve(path)])),
  scratch: order.scratch,
  ...(process.env['STEMMA_OBSERVATIONS'] !== undefined && { observations: process.env['STEMMA_OBSERVATIONS'] }),
  ...(order.objective && { objective: order.objective }),
  ...(order.upstream && { upstream: order.upstream }),
  ...(order.backend && { backend: grantedBackend(order.backend) }),
  seed: (purpose) => {
    if (order.seed === undefined) throw new Error('a stage that asks for a seed has to say "seed": true in stage.json');
    return stageSeed(order.seed, purpose);
  },
  progress: (progress) => tell({ type: 'progress', progress }),
  summarize: (line) => tell({ type: 'summary', line }),
  metrics: (values) => tell({ type: 'metrics', values }),
  verdict: (verdict) => {
    if (order.verdict !== true)
      throw new Error('a stage that gives a verdict has to say "verdict": true in stage.json');
    tell({ type: 'verdict', verdict });
  },
  telemetry: (values) => tell({ type: 'telemetry', values }),
  notice,
  memo: (key, make, options) => {
    const name = memoName({ code, key: key as Json, like: options?.like as Json | undefined });
    return memo(join(order.memo, name), { make, notice, alike: options !== undefined });
  },
  files: (dep) => {
    const manifest = join(order.work, manifestsFolder, dep);
    if (!existsSync(manifest)) return undefined;
    // Of a glob, the manifest has the files where they lie, and the stage sees a folder of links.
    const names = new Map(Object.entries(order.deps[dep]?.links ?? {}).map(([name, file]) => [file, name]));
    return parseManifest(readFileSync(manifest, 'utf8')).map(({ path, hex }) => ({
      path: names.get(path) ?? path,
      hex,
    }));
  },
  signal,
});

/** Where the backend is installed, and which adapter is the stage's, is this machine's to know, and in no order. */
const grantedBackend = (choice: BackendChoice): GrantedBackend => {
  const { STEMMA_BACKEND_FOLDER: folder, STEMMA_WEBGPU_ADAPTER: adapter } = process.env;
  return { ...choice, ...(folder !== undefined && { folder }), ...(adapter !== undefined && { adapter }) };
};

const tell = (message: StageMessage): void => void process.send?.(message);
const notice = (message: string): void => tell({ type: 'notice', message });

/** A stage's own complaint is told in its words; anything else is a bug, told with its stack. */
const describe = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return ['StageError', 'BackendUnfit'].includes(error.name) ? error.message : (error.stack ?? error.message);
};

main().then(
  () => end(0, { type: 'ended' }),
  (error: unknown) => {
    console.error(describe(error));
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof Error && error.name === 'BackendUnfit')
      tell({ type: 'unfit', message: message.split('\n')[0]! });
    end(1, { type: 'failed', message: message.split('\n')[0]! });
  },
);

// Messages arrive in order, so when the last one is through, all are.
const end = (code: number, last: StageMessage): void => {
  process.removeAllListeners('disconnect');
  if (!process.connected) process.exit(code);
  process.send!(last, () => process.exit(code));
};
