// Makes what is checked in beside its sources: validators that need no ajv, types, the pipeline schema that editors use,
// and the page on diagnostics.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { compile } from 'json-schema-to-typescript';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const banner = 'Made from schemas/ by `npm run generate`. Do not edit: edit the schema.';

/** Every generated file's text by its path in the repository. */
export const generateValidators = async () => ({
  'src/load/generated/validators.js': `// ${banner}\n${validators()}`,
  'src/types/generated/pipeline.ts': await pipelineTypes(),
  'docs/diagnostics.md': (await importTypeScript('src/diagnostics/document.ts')).renderCatalogue(),
  'schemas/pipeline.schema.json': `${JSON.stringify(await pipelineSchema(), null, 2)}\n`,
});

const validators = () => {
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    strictSchema: true,
    allowUnionTypes: true,
    unicodeRegExp: false,
    code: { esm: true, source: true, lines: false },
  });
  ajv.addSchema(readJson('schemas/source/pipeline.json'), 'pipeline');
  ajv.addSchema(readJson('schemas/stage.schema.json'), 'stage');
  const code = standalone.default(ajv, { validatePipeline: 'pipeline', validateStageType: 'stage' });
  if (code.includes('require('))
    throw new Error('The validators would need a part of ajv at run time: avoid that keyword.');
  return code;
};

/** From the structure alone: in the code, a stage type's params are just JSON. */
const pipelineTypes = async () => {
  const style = { singleQuote: true, printWidth: 120 };
  const schema = readJson('schemas/source/pipeline.json');
  delete schema.definitions.stage.oneOf;
  return compile(schema, 'PipelineFile', { bannerComment: `/* ${banner} */`, style });
};

const pipelineSchema = async () => {
  const { composePipelineSchema } = await importTypeScript('src/load/compose-schema.ts');
  const types = readdirSync(join(root, 'stages'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(root, 'stages', entry.name, 'stage.json')))
    .map((entry) => ({ name: entry.name, declaration: readJson(`stages/${entry.name}/stage.json`) }));
  return composePipelineSchema(readJson('schemas/source/pipeline.json'), types);
};

const importTypeScript = async (path) => {
  const options = { entryPoints: [join(root, path)], bundle: true, write: false, format: 'esm', platform: 'node' };
  const { outputFiles } = await build(options);
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
};

const readJson = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const [path, text] of Object.entries(await generateValidators())) writeFileSync(join(root, path), text);
}
