// `make bench`: bundles the measurements, which are TypeScript, and runs them.
// `node bench/run.mjs TOPIC… --rows N --images N` measures some, with so large a table and so many images.
// BENCH_QUICK=1 takes small sizes; BENCH_FOLDER chooses where all that is made for measuring lies.
import { copyFileSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = resolve(root, process.env.BENCH_FOLDER ?? 'artifacts/.bench');
const programs = join(folder, 'programs');

/** Packages stay where they are: TensorFlow.js finds its .wasm files beside its own code. */
const packagesOutside = {
  name: 'packages-outside',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || path.startsWith('node:')
        ? undefined
        : { path: import.meta.resolve(path), external: true },
    ),
};

const common = {
  outdir: programs,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
};

mkdirSync(programs, { recursive: true });
await build({
  ...common,
  entryPoints: {
    train: join(root, 'bench/programs/train.ts'),
    loop: join(root, 'bench/programs/loop.ts'),
    'train-wasm': join(root, 'bench/programs/train-wasm.ts'),
    stage: join(root, 'bench/programs/stage.ts'),
    copy: join(root, 'bench/programs/copy.ts'),
    decode: join(root, 'bench/programs/decode.ts'),
    'write-images': join(root, 'bench/programs/write-images.ts'),
  },
  plugins: [packagesOutside],
});
await build({
  ...common,
  entryPoints: { bench: join(root, 'bench/main.ts'), hash: join(root, 'bench/programs/hash.ts') },
  banner: { js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);" },
});
for (const name of ['hash-worker.mjs', 'hash-file.mjs'])
  copyFileSync(join(root, 'src/fingerprint', name), join(programs, name));

// What is not bundled is found from there.
if (!existsSync(join(programs, 'node_modules')))
  symlinkSync(join(root, 'node_modules'), join(programs, 'node_modules'));

const { main } = await import(pathToFileURL(join(programs, 'bench.mjs')).href);
const { values, positionals } = parseArgs({
  options: { rows: { type: 'string' }, images: { type: 'string' } },
  allowPositionals: true,
});
const sizes = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)]));
const wrong = Object.entries(sizes).find(([, size]) => !Number.isSafeInteger(size) || size < 100);
if (wrong !== undefined) {
  process.stderr.write(`--${wrong[0]} takes a whole number, 100 or more\n`);
  process.exit(2);
}
process.exitCode = await main({ root, folder, quick: process.env.BENCH_QUICK === '1', topics: positionals, ...sizes });
