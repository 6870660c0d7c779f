// Makes, for each kind of file that we read back, the function that says whether something has the shape of it: who
// reads a file that others can write must not trust it. They need no ajv at run time.
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';

/** Folder, name of the function, schema, and type of each. */
const guards = [
  ['src/store', 'isRunRecord', 'run', 'RunRecord'],
  ['src/store', 'isStageRunRecord', 'stage-run', 'StageRunRecord'],
  ['src/store', 'isCacheEntry', 'fingerprint', 'CacheEntry'],
  ['src/store', 'isStageState', 'state', 'StageStateFile'],
  ['src/store', 'isLedger', 'ledger', 'LedgerFile'],
  ['src/store', 'isJournalLine', 'journal', 'JournalLine'],
  ['src/machine', 'isTensorflowInstallation', 'tensorflow-installation', 'TensorflowInstallation'],
  ['src/run', 'isDiagnosis', 'diagnosis', 'Diagnosis'],
  ['src/audit', 'isLeakage', 'leakage', 'Leakage'],
  ['src/lineage', 'isFindings', 'findings', 'Findings'],
  ['src/lineage', 'isGanHistory', 'gan-history', 'GanHistory'],
  ['src/lineage', 'isHistory', 'history', 'TrainingHistory'],
  ['src/lineage', 'isLeakage', 'leakage', 'Leakage'],
  ['src/learn', 'isComparison', 'comparison', 'Comparison'],
  ['src/learn', 'isCost', 'cost', 'Cost'],
  ['src/learn', 'isDataset', 'dataset', 'DatasetManifest'],
  ['src/learn', 'isDataSchema', 'data-schema', 'DataSchema'],
  ['src/learn', 'isFitted', 'fitted', 'Fitted'],
  ['src/learn', 'isModelCard', 'model', 'ModelCard'],
  ['src/learn', 'isDecision', 'decision', 'DecisionFile'],
  ['src/learn', 'isDiagnosis', 'diagnosis', 'Diagnosis'],
  ['src/learn', 'isPrefix', 'prefix', 'PrefixCard'],
  ['src/learn', 'isEvaluation', 'evaluation', 'Evaluation'],
  ['src/learn', 'isFindings', 'findings', 'Findings'],
  ['src/learn', 'isGate', 'gate', 'Gate'],
  ['src/learn', 'isHistory', 'history', 'TrainingHistory'],
  ['src/learn', 'isPreview', 'preview', 'Preview'],
  ['src/learn', 'isLeakage', 'leakage', 'Leakage'],
  ['src/learn', 'isProfile', 'profile', 'Profile'],
];

/** Every generated file's text by its path in the repository. */
export const generateGuards = async ({ root, banner }) => {
  const files = {};
  for (const [folder, name, schema, type] of guards) {
    const path = `${folder}/generated/${schema}`;
    const read = readSchema(root, schema);
    files[`${path}.js`] = `// ${banner}\n${await guard(name, folder === 'src/learn' ? read : tolerant(read))}`;
    files[`${path}.d.ts`] = `// ${banner}\n${types(name, schema, type)}`;
  }
  return files;
};

const readSchema = (root, name) => JSON.parse(readFileSync(`${root}/schemas/${name}.schema.json`, 'utf8'));

const guard = async (name, schema) => {
  const options = { strictSchema: true, allowUnionTypes: true, code: { esm: true, source: true } };
  const ajv = new Ajv(options);
  ajv.addSchema(schema, 'root');
  const contents = standalone.default(ajv, { [name]: 'root' });
  const bundle = { bundle: true, write: false, format: 'esm', platform: 'node', minifyWhitespace: true };
  const { outputFiles } = await build({ ...bundle, stdin: { contents, resolveDir: import.meta.dirname } });
  return outputFiles[0].text;
};

/**
 * Records and installations are kept for long, and a later version may have added keys to them; what is known must be
 * right.
 */
const tolerant = (value) => {
  if (Array.isArray(value)) return value.map(tolerant);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key, item]) => !(key === 'additionalProperties' && item === false));
  return Object.fromEntries(kept.map(([key, item]) => [key, tolerant(item)]));
};

const types = (name, schema, type) => `import type { ${type} } from '../../types/generated/${schema}.ts';
export const ${name}: {
  (value: unknown): value is ${type};
  /** What is wrong with the last one: a JSON pointer and words. */
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
};
`;
