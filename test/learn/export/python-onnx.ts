import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Feed, Fetched } from './feed.ts';

// ONNX's own checker and its runtime for Python, where STEMMA_TEST_ONNX names a Python that has them: each model that a
// test asks onnxruntime-web about is then asked about there too.

/** What has been held against Python so far. */
export interface Checked {
  models: number;
  largestDifference: number;
  /** Of the packages, as the script tells them first. */
  versions: string;
}

export const checked: Checked = { models: 0, largestDifference: 0, versions: '' };

/** Throws where the checker refuses a model, or onnxruntime answers otherwise than `found` by more than 1e-5. */
export const holdAgainstPython = async (
  bytes: Uint8Array,
  feeds: Readonly<Record<string, Feed>>,
  found: Fetched,
): Promise<void> => {
  if (python === undefined) return;
  const folder = mkdtempSync(join(tmpdir(), 'stemma-onnx-'));
  try {
    const model = join(folder, 'model.onnx');
    writeFileSync(model, bytes);
    const { error, outputs } = await ask({ model, feeds: Object.fromEntries(Object.entries(feeds).map(plain)) });
    if (outputs === undefined) throw new Error(`Python: ${error}`);
    checked.models += 1;
    for (const [name, { dims, data }] of Object.entries(found)) compare(name, { dims, data }, outputs[name]);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const tolerance = 1e-5;

type Output = Fetched[string];

const compare = (name: string, web: Output, there: Told | undefined): void => {
  if (String(there?.dims) !== String(web.dims)) throw new Error(`Python: ${name} has the shape ${there?.dims}`);
  for (const [at, value] of there!.data.entries()) {
    const mine = web.data[at];
    if (typeof value === 'string' ? value !== mine : !isNear(value ?? Number.NaN, Number(mine)))
      throw new Error(`Python: ${name}[${at}] is ${value}, and ${mine} in WebAssembly`);
  }
};

const isNear = (there: number, mine: number): boolean => {
  if (Number.isNaN(there) || Number.isNaN(mine)) return Number.isNaN(there) && Number.isNaN(mine);
  const difference = Math.abs(there - mine) / Math.max(1, Math.abs(there));
  checked.largestDifference = Math.max(checked.largestDifference, difference);
  return difference <= tolerance;
};

/** JSON makes a NaN null by itself. */
const plain = ([name, { type, data, dims }]: readonly [string, Feed]) => [
  name,
  { type, dims, data: Array.from(data as ArrayLike<unknown>) },
];

interface Told {
  readonly dims: readonly number[];
  readonly data: readonly (number | string | null)[];
}

interface Reply {
  readonly outputs?: Readonly<Record<string, Told>>;
  readonly error?: string;
}

export const python = process.env['STEMMA_TEST_ONNX'];

let started: { readonly child: ChildProcess; readonly lines: AsyncIterator<string> } | undefined;

/** One process answers all: loading onnxruntime takes seconds. */
const ask = async (order: unknown): Promise<Reply> => {
  started ??= start();
  if (waiting) {
    waiting = false;
    checked.versions = await next();
  }
  started.child.stdin!.write(`${JSON.stringify(order)}\n`);
  return JSON.parse(await next()) as Reply;
};

/** For the first line. */
let waiting = true;

const next = async (): Promise<string> => {
  const { done, value } = await started!.lines.next();
  if (done === true) throw new Error('Python has ended');
  return value;
};

const start = () => {
  const child = spawn(python!, [join(import.meta.dirname, 'check_onnx.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
  process.once('exit', () => child.kill());
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
};
