// Builds dist/: the command line and the stage host, each with what it imports in it, so that a start reads few files.
import { chmodSync, copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

rmSync('dist', { recursive: true, force: true });
const { metafile } = await build({
  metafile: true,
  entryPoints: {
    stemma: 'src/cli/main.ts',
    'stage-host': 'src/run/stage-host.ts',
    'backend-trial': 'src/learn/backends/trial.ts',
    profile: 'src/learn/profile/program.ts',
    'find-row': 'src/learn/data/find-row/program.ts',
    'describe-model': 'src/learn/models/program.ts',
    serving: 'src/learn/serving/program.ts',
  },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // jsonc-parser's CommonJS build hides its imports from a bundler; its ES modules do not.
  mainFields: ['module', 'main'],
  // Packages with native code, those that only some stages need, and one whose licence (GPL) is not ours stay where
  // npm puts them.
  external: ['canvas', 'esbuild', '@duckdb/node-api', '@tensorflow/*', 'webgpu', 'fast-png', 'ro-crate'],
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  // Beside the entries, so that what is addressed relative to a module lies where it does in src/.
  chunkNames: '[name]-[hash]',
  logLevel: 'warning',
});
// A thread is started from files as they lie on the disk.
for (const name of ['hash-worker.mjs', 'hash-file.mjs']) copyFileSync(`src/fingerprint/${name}`, `dist/${name}`);
writeFileSync('dist/LICENSES.txt', licences(Object.keys(metafile.inputs)));
chmodSync('dist/stemma.js', 0o755);
writeFileSync('dist/.built', '');

/** The licences of the packages that are bundled, as each of them asks. */
function licences(inputs) {
  const packages = new Set(inputs.flatMap((path) => path.match(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//)?.[1] ?? []));
  return [...packages].sort().map(noticeOf).join('\n');
}

function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file === undefined ? '' : readFileSync(`${folder}/${file}`, 'utf8');
  return `${name} ${version} (${license})\n\n${text.trim()}\n${'-'.repeat(80)}\n`;
}
